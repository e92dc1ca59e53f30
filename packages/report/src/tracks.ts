/** A stretch of time. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/**
 * Puts intervals on as few tracks as it takes for none to overlap another on its track. The order of a track is by start;
 * equal starts keep the order given. First fit over sorted starts needs as many tracks as overlap at the worst moment.
 */
export function packTracks<T extends Interval>(intervals: readonly T[]): readonly (readonly T[])[] {
  const sorted = [...intervals].sort((a, b) => a.start - b.start || a.end - b.end);
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
