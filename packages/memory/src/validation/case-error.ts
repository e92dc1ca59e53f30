/** One simulated figure beside the reference's. */
export interface CaseError {
  /** The case, as the reference names it. */
  readonly id: string;
  /** Which table the case belongs to: `ramulator`, `dramsim3`, `aim`, `hbm-pim`, `newton`, `attacc`, `mqsim`, `cacti`. */
  readonly peer: string;
  /** Like cases together, within the peer: `DDR4 random-read`. */
  readonly group: string;
  /** `cycles`, `ACT`, `energy`, `throughput`, `meanLatency`, … */
  readonly quantity: string;
  readonly simulated: number;
  readonly reference: number;
}

/** Difference as a share of the reference; of 0, 0 where both are 0 and Infinity where only the reference is. */
export function errorOf({ simulated, reference }: CaseError): number {
  if (simulated === reference) return 0;
  return reference === 0 ? Infinity : (simulated - reference) / reference;
}
