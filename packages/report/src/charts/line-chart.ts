import { AXIS, chartText, FONT_SIZE, zeroBased } from './axis.ts';
import { drawChart } from './draw-chart.ts';
import type { ChartFrame } from './draw-chart.ts';

export interface Line {
  /** x and y in the units of the axes. */
  readonly points: readonly (readonly [number, number])[];
  readonly colour: string;
}

export interface LineChartData {
  readonly frame: ChartFrame;
  readonly lines: readonly Line[];
  readonly xName: string;
  readonly yName: string;
  /** Marks each point: for few points that were measured one by one. */
  readonly hasMarks: boolean;
  /** x counts something: no ticks between whole numbers. */
  readonly isCount?: boolean;
  /** Powers of two along x, for values that double; linear otherwise. */
  readonly isDoubling?: boolean;
  /** Writes a tick of x, when it is no plain number. */
  readonly xTick?: (value: number) => string;
}

/** Lines over a numeric axis. The y axis starts at zero: a line that hides its zero exaggerates. */
export function lineChart(data: LineChartData): string {
  const { frame, lines, xName, yName, hasMarks, isDoubling = false, isCount = false, xTick } = data;
  const points = lines.flatMap((line) => line.points);
  const xs = [...new Set(points.map(([x]) => x))];
  const low = Math.min(...xs);
  const high = Math.max(...xs);
  const greatest = points.reduce((most, [, y]) => Math.max(most, y), 0);
  const label = {
    ...AXIS.axisLabel,
    fontSize: FONT_SIZE,
    ...(xTick === undefined ? {} : { formatter: (value: number) => xTick(value) }),
  };
  const range = low < high ? { min: low, max: high } : {};
  return drawChart(frame, {
    grid: { left: 76, right: 34, top: 14, bottom: 50, outerBoundsMode: 'none' },
    xAxis: isDoubling
      ? {
          ...AXIS,
          type: 'log',
          logBase: 2,
          name: chartText(xName, 60),
          nameGap: 30,
          // Powers of two say little; the values that were run say what they are.
          axisTick: { customValues: [...xs] },
          axisLabel: { ...label, customValues: [...xs], hideOverlap: true },
          ...range,
        }
      : {
          ...AXIS,
          type: 'value',
          name: chartText(xName, 60),
          nameGap: 30,
          axisLabel: label,
          ...range,
          splitNumber: 6,
          ...(isCount ? { minInterval: 1 } : {}),
        },
    yAxis: {
      ...AXIS,
      type: 'value',
      name: yName,
      nameGap: 56,
      ...zeroBased(greatest),
    },
    series: lines.map((line) => ({
      type: 'line',
      data: line.points.map(([x, y]) => [x, y]),
      showSymbol: hasMarks,
      symbol: 'circle',
      symbolSize: 7,
      itemStyle: { color: line.colour },
      lineStyle: { color: line.colour, width: 1.8 },
      clip: false,
    })),
  });
}

/**
 * Keeps what a line of `limit` points can show: of each bucket the least and the greatest, in order, so that no peak is lost.
 */
export function thin(values: readonly number[], limit: number): readonly (readonly [number, number])[] {
  if (values.length <= limit) return values.map((value, index) => [index, value]);
  const buckets = Math.floor(limit / 2);
  const points: (readonly [number, number])[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * values.length) / buckets);
    const to = Math.floor(((bucket + 1) * values.length) / buckets);
    let least = from;
    let greatest = from;
    for (let index = from; index < to; index++) {
      if ((values[index] ?? 0) < (values[least] ?? 0)) least = index;
      if ((values[index] ?? 0) > (values[greatest] ?? 0)) greatest = index;
    }
    for (const index of new Set([least, greatest].sort((a, b) => a - b))) {
      points.push([index, values[index] ?? 0]);
    }
  }
  return points;
}
