import type { Result, Timeline, TimelineEvent } from '@systole/replay';
import { quantity } from '../format.ts';
import { eventsByComponent } from '../timeline-json.ts';
import { packTracks } from '../tracks.ts';
import { AXIS, axisUnit, categories, chartText, textWidth } from './axis.ts';
import { drawChart } from './draw-chart.ts';
import type { ChartFrame } from './draw-chart.ts';
import { assignColours, COLOURS } from './palette.ts';

const EVENTS_PER_COMPONENT = 300;
const MOST_LANES = 16;
const ROWS_PER_LANE = 3;
const LANE = 30;
const TOP = 8;
const BOTTOM = 48;
const LABEL = 18;

/** What a timeline chart shows: its drawing, the colours of operator kinds, and the stretch of time. */
export interface TimelineChart {
  readonly svg: string;
  readonly legend: ReadonlyMap<string, string>;
  readonly from: number;
  readonly to: number;
}

/**
 * A Gantt chart of the start of a timeline: a lane for each component with up to three rows where chunks overlap, coloured by
 * operator kind. It ends where the first component has shown 300 chunks. Nothing when there are no events of positive length.
 */
export function timelineChart(
  frame: Omit<ChartFrame, 'height'>,
  result: Result,
  timeline: Timeline,
): TimelineChart | undefined {
  const lanes = [...eventsByComponent(result, timeline)].slice(0, MOST_LANES);
  const all = lanes.flatMap(([, events]) => events);
  const from = all.reduce((least, event) => Math.min(least, event.start), Infinity);
  const to = lanes.reduce((end, [, events]) => Math.min(end, endOfExcerpt(events)), Infinity);
  const last = all.reduce((greatest, event) => Math.max(greatest, event.end), 0);
  const until = Math.min(to, last);
  if (!(until > from)) return undefined;
  const { unit, factor } = axisUnit(until - from, 'time');

  const rects: number[][] = [];
  const kinds = new Map<string, number>();
  for (const [lane, [, events]] of lanes.entries()) {
    const shown = events.filter((event) => event.start < until);
    const tracks = packTracks(shown);
    const rows = Math.min(tracks.length, ROWS_PER_LANE);
    for (const [index, track] of tracks.entries()) {
      for (const event of track) {
        const kind = kinds.get(event.kind) ?? kinds.size;
        kinds.set(event.kind, kind);
        // Rows beyond the last are drawn into it: it is then a picture of when something was going on.
        rects.push([
          (event.start - from) / factor,
          (Math.min(event.end, until) - from) / factor,
          lane,
          Math.min(index, rows - 1),
          rows,
          kind,
        ]);
      }
    }
  }
  const legend = assignColours([...kinds.keys()]);
  const colours = [...legend.values()];
  const labels = lanes.map(([name]) => chartText(name, LABEL));
  const svg = drawChart(
    { ...frame, height: TOP + lanes.length * LANE + BOTTOM },
    {
      grid: {
        left: Math.max(40, ...labels.map(textWidth)) + 14,
        right: 34,
        top: TOP,
        bottom: BOTTOM,
        outerBoundsMode: 'none',
      },
      xAxis: {
        ...AXIS,
        type: 'value',
        min: 0,
        max: (until - from) / factor,
        // From the beginning of the excerpt: late in a long run an axis of absolute times has no digits left.
        name: from === 0 ? `time (${unit})` : `time since ${quantity(from, 'time')} (${unit})`,
        nameGap: 30,
        splitNumber: 8,
        axisLabel: { ...AXIS.axisLabel, showMaxLabel: false },
      },
      yAxis: {
        ...AXIS,
        type: 'category',
        inverse: true,
        splitLine: { show: true, lineStyle: { color: COLOURS.grid } },
        ...categories(labels),
      },
      series: [
        {
          type: 'custom',
          clip: true,
          encode: { x: [0, 1], y: 2 },
          data: rects,
          renderItem: (_, api) => {
            const lane = api.value(2);
            const start = api.coord([api.value(0), lane]);
            const end = api.coord([api.value(1), lane]);
            const rows = Number(api.value(4));
            const height = (LANE - 6) / rows;
            const x = start[0] ?? 0;
            const y = (start[1] ?? 0) - (LANE - 6) / 2 + Number(api.value(3)) * height;
            return {
              type: 'rect',
              // A sliver of paper between neighbours, where there is room for it.
              shape: { x, y, width: Math.max((end[0] ?? 0) - x - 0.4, 0.4), height: Math.max(height - 1, 1) },
              style: { fill: colours[Number(api.value(5))] ?? COLOURS.grey },
            };
          },
        },
      ],
    },
  );
  return { svg, legend, from, to: until };
}

function endOfExcerpt(events: readonly TimelineEvent[]): number {
  if (events.length <= EVENTS_PER_COMPONENT) return Infinity;
  const sorted = events.map((event) => event.end).sort((a, b) => a - b);
  return sorted[EVENTS_PER_COMPONENT - 1] ?? Infinity;
}
