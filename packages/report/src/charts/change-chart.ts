import { AXIS, categories, chartText, FONT_SIZE, textWidth, zeroBased } from './axis.ts';
import { drawChart } from './draw-chart.ts';
import type { ChartFrame } from './draw-chart.ts';
import { COLOURS } from './palette.ts';

export interface ChangeRow {
  readonly label: string;
  /** The change in the axis' unit, with its sign. */
  readonly value: number;
  /** Stands at the right end of the row. */
  readonly note: string;
}

export interface ChangeChartData {
  readonly frame: Omit<ChartFrame, 'height'>;
  readonly rows: readonly ChangeRow[];
  readonly axisName: string;
}

const ROW = 24;
const TOP = 6;
const BOTTOM = 46;
const LABEL = 30;

/** Horizontal bars from a zero in the middle: to the left what became less, to the right what became more, notes at the side. */
export function changeChart({ frame, rows, axisName }: ChangeChartData): string {
  const labels = rows.map((row) => chartText(row.label, LABEL));
  const notes = rows.map((row) => chartText(row.note, LABEL));
  const left = Math.max(40, ...labels.map(textWidth)) + 14;
  const right = Math.max(20, ...notes.map(textWidth)) + 16;
  const { max, interval } = zeroBased(rows.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0));
  const [more, less] = [COLOURS.series[1] ?? COLOURS.ink, COLOURS.series[0] ?? COLOURS.ink];
  const sides = [labels, notes].map((texts, index) => {
    const { data, axisLabel } = categories(texts);
    const colour = index === 0 ? COLOURS.ink : COLOURS.faint;
    return {
      ...AXIS,
      type: 'category' as const,
      inverse: true,
      position: index === 0 ? ('left' as const) : ('right' as const),
      axisLine: { show: false },
      data,
      axisLabel: { ...axisLabel, color: colour, fontSize: FONT_SIZE },
    };
  });
  return drawChart(
    { ...frame, height: TOP + rows.length * ROW + BOTTOM },
    {
      grid: { left, right, top: TOP, bottom: BOTTOM, outerBoundsMode: 'none' },
      xAxis: { ...AXIS, type: 'value', min: -max, max, interval, name: axisName, nameGap: 28 },
      yAxis: sides,
      series: [
        {
          type: 'bar',
          barWidth: 15,
          data: rows.map(({ value }) => ({ value, itemStyle: { color: value < 0 ? less : more } })),
        },
        // Nothing to see: an axis without a series draws no labels.
        { type: 'bar', yAxisIndex: 1, data: rows.map(() => 0) },
      ],
    },
  );
}
