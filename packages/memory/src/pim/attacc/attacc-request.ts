/** What a request of AttAcc asks for. */
export const ATTACC_KINDS = [
  /** MAC in all banks, in one bank of every group, in one bank: the row is opened where it is not. */
  'MAC_AB',
  'MAC_SB',
  'MAC_PB',
  /** Vector from outside into the buffers beside the units. */
  'WR_GB',
  /** Results to the buffer of the softmax unit, and from there to the buffers of the units. */
  'MV_SB',
  'MV_GB',
  /** Softmax. */
  'SFM',
  /** What comes later may open and close rows before what came earlier is done, but nothing else. */
  'BARRIER',
] as const;

export type AttAccKind = (typeof ATTACC_KINDS)[number];

/**
 * One request to every channel, or to one of them. A program may give the same object again with other fields: each is read
 * before the next one is asked for.
 */
export interface AttAccRequest {
  readonly kind: AttAccKind;
  /** Bank of the channel, counted over pseudo channels, ranks, groups and banks, the last fastest; 0 when left out. */
  readonly bank?: number;
  readonly row?: number;
  /** All channels when left out. */
  readonly channel?: number;
}
