/** A stretch of time. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/**
 * Puts intervals on as few tracks as it takes for none to overlap another on its track. A track is in order of start.
 * Of equal starts the longest comes first, so that a step lies above the blocks within it. First fit over sorted starts needs
 * as many tracks as overlap at the worst moment.
 */
export function packTracks<T extends Interval>(intervals: readonly T[]): readonly (readonly T[])[] {
  const isEmpty = (interval: T): number => (interval.end === interval.start ? 1 : 0);
  const sorted = [...intervals].sort((a, b) => a.start - b.start || isEmpty(b) - isEmpty(a) || b.end - a.end);
  const tracks: T[][] = [];
  const ends: number[] = [];
  for (const interval of sorted) {
    let free = ends.findIndex((end) => end <= interval.start);
    if (free < 0) free = tracks.push([]) - 1;
    tracks[free]?.push(interval);
    ends[free] = interval.end;
  }
  return tracks;
}
