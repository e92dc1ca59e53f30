import { AXIS, chartText, FONT_SIZE, textWidth, zeroBased } from '../charts/axis.ts';
import { drawChart } from '../charts/draw-chart.ts';
import type { ChartFrame } from '../charts/draw-chart.ts';
import { COLOURS } from '../charts/palette.ts';

export interface TradePoint {
  readonly name: string;
  readonly bits: number;
  readonly decibels: number;
  readonly colour: string;
}

const MARGINS = { left: 64, right: 110, top: 18, bottom: 50 } as const;
const LINE = 15;
const NAME = 24;

/** The points whose names do not run into those of points before them; the others are told by their colours. */
function withRoom(
  { width, height }: ChartFrame,
  points: readonly TradePoint[],
  bits: number,
  decibels: number,
): ReadonlySet<number> {
  const across = (width - MARGINS.left - MARGINS.right) / bits;
  const upwards = (height - MARGINS.top - MARGINS.bottom) / decibels;
  const placed: { readonly x: number; readonly y: number; readonly end: number }[] = [];
  const named = new Set<number>();
  for (const [index, point] of points.entries()) {
    const x = point.bits * across;
    const label = { x, y: point.decibels * upwards, end: x + textWidth(chartText(point.name, NAME)) + LINE };
    const isFree = placed.every(
      (other) => Math.abs(other.y - label.y) > LINE || other.end < label.x || label.end < other.x,
    );
    if (!isFree) continue;
    placed.push(label);
    named.add(index);
  }
  return named;
}

/** Where each format stands between its size and its error: bits an element across, SQNR upwards. */
export function tradeChart(frame: ChartFrame, points: readonly TradePoint[]): string {
  const bits = points.reduce((most, point) => Math.max(most, point.bits), 0);
  const decibels = points.reduce((most, point) => Math.max(most, point.decibels), 0);
  const named = withRoom(frame, points, zeroBased(bits).max, zeroBased(decibels).max);
  return drawChart(frame, {
    grid: { ...MARGINS, outerBoundsMode: 'none' },
    xAxis: { ...AXIS, type: 'value', ...zeroBased(bits), name: 'bits an element, with scales', nameGap: 30 },
    yAxis: { ...AXIS, type: 'value', ...zeroBased(decibels), name: 'SQNR (dB)', nameGap: 44 },
    series: points.map(({ name, bits: x, decibels: y, colour }, index) => ({
      type: 'scatter' as const,
      symbolSize: 11,
      itemStyle: { color: colour },
      data: [[x, y]],
      label: {
        show: named.has(index),
        position: 'right' as const,
        distance: 6,
        formatter: () => chartText(name, NAME),
        color: COLOURS.ink,
        fontSize: FONT_SIZE,
      },
    })),
  });
}
