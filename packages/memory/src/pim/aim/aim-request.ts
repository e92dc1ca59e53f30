export const ALL_BANKS = -2;
export const NO_BANK = -1;

/** A request as the channel takes it. */
export interface AimRequest {
  command: number;
  /** Banks that need the row open: a bank, ALL_BANKS or NO_BANK. */
  bank: number;
  row: number;
  isRegister: boolean;
  isRead: boolean;
  /** Clock periods until it counts as done. */
  latency: number;
  reason: number;
}
