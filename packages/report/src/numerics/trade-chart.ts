import { AXIS, chartText, FONT_SIZE, zeroBased } from '../charts/axis.ts';
import { drawChart } from '../charts/draw-chart.ts';
import type { ChartFrame } from '../charts/draw-chart.ts';
import { COLOURS } from '../charts/palette.ts';

export interface TradePoint {
  readonly name: string;
  readonly bits: number;
  readonly decibels: number;
  readonly colour: string;
}

/** Where each format stands between its size and its error: bits an element across, SQNR upwards. */
export function tradeChart(frame: ChartFrame, points: readonly TradePoint[]): string {
  const bits = points.reduce((most, point) => Math.max(most, point.bits), 0);
  const decibels = points.reduce((most, point) => Math.max(most, point.decibels), 0);
  return drawChart(frame, {
    grid: { left: 64, right: 110, top: 18, bottom: 50, outerBoundsMode: 'none' },
    xAxis: { ...AXIS, type: 'value', ...zeroBased(bits), name: 'bits an element, with scales', nameGap: 30 },
    yAxis: { ...AXIS, type: 'value', ...zeroBased(decibels), name: 'SQNR (dB)', nameGap: 44 },
    series: points.map(({ name, bits: x, decibels: y, colour }) => ({
      type: 'scatter' as const,
      symbolSize: 11,
      itemStyle: { color: colour },
      data: [[x, y]],
      label: {
        show: true,
        position: 'right' as const,
        distance: 6,
        formatter: () => chartText(name, 24),
        color: COLOURS.ink,
        fontSize: FONT_SIZE,
      },
    })),
  });
}
