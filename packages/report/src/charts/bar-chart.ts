import { AXIS, categories, chartText, FONT_SIZE, textWidth, zeroBased } from './axis.ts';
import { drawChart } from './draw-chart.ts';
import type { ChartFrame } from './draw-chart.ts';
import { COLOURS } from './palette.ts';

export interface BarRow {
  readonly label: string;
  /** One value for each series, in the axis' unit. */
  readonly values: readonly number[];
  /** Stands at the end of the bar. */
  readonly note: string;
}

export interface BarChartData {
  readonly frame: Omit<ChartFrame, 'height'>;
  readonly rows: readonly BarRow[];
  /** What is stacked, in this order; names are for the legend beside the chart. */
  readonly series: readonly { readonly colour: string }[];
  readonly axisName: string;
  /** The end of the axis; by default it follows from the data. */
  readonly max?: number;
}

const ROW = 24;
const TOP = 6;
const BOTTOM = 46;
const LABEL = 30;

/** Horizontal bars, one a row and stacked by series, the first row on top, each with a note at its end. */
export function barChart({ frame, rows, series, axisName, max }: BarChartData): string {
  const labels = rows.map((row) => chartText(row.label, LABEL));
  const left = Math.max(40, ...labels.map(textWidth)) + 14;
  const right = Math.max(20, ...rows.map((row) => textWidth(row.note))) + 16;
  const greatest = rows.reduce(
    (most, { values }) =>
      Math.max(
        most,
        values.reduce((sum, value) => sum + value, 0),
      ),
    0,
  );
  const height = TOP + rows.length * ROW + BOTTOM;
  return drawChart(
    { ...frame, height },
    {
      grid: { left, right, top: TOP, bottom: BOTTOM, outerBoundsMode: 'none' },
      xAxis: {
        ...AXIS,
        type: 'value',
        ...zeroBased(max ?? greatest),
        name: axisName,
        nameGap: 28,
      },
      yAxis: {
        ...AXIS,
        type: 'category',
        inverse: true,
        ...categories(labels),
      },
      series: [
        ...series.map(({ colour }, index) => ({
          type: 'bar' as const,
          stack: 'all',
          barWidth: 15,
          itemStyle: { color: colour },
          data: rows.map((row) => row.values[index] ?? 0),
        })),
        {
          // Nothing to see but its labels, at the end of the stack.
          type: 'bar' as const,
          stack: 'all',
          data: rows.map((row) => ({
            value: 0,
            label: {
              show: true,
              position: 'right' as const,
              distance: 6,
              formatter: () => row.note,
              color: COLOURS.faint,
              fontSize: FONT_SIZE,
            },
          })),
        },
      ],
    },
  );
}
