/** How much a figure can be trusted, from a figure printed by its authors down to one fitted by us. */
export const CONFIDENCES = [
  'published',
  'standard',
  'measured',
  'secondary',
  'recalled',
  'inferred',
  'calibrated',
] as const;

/**
 * `published` by its authors; `standard` of a standards body; `measured` on hardware; `secondary`, read in a
 * text about the source; `recalled` from memory, to be checked; `inferred`, derived with the reason given;
 * `calibrated` on named points, which then no longer count as evidence.
 */
export type Confidence = (typeof CONFIDENCES)[number];

/** Where a figure comes from. */
export interface Source {
  readonly source: string;
  readonly confidence: Confidence;
  /** The reason for an inference, the points of a calibration, or what the reader should know. */
  readonly note?: string;
}
