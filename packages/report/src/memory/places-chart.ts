import { AXIS, FONT_SIZE, zeroBased } from '../charts/axis.ts';
import { drawChart } from '../charts/draw-chart.ts';
import type { ChartFrame } from '../charts/draw-chart.ts';
import { COLOURS } from '../charts/palette.ts';
import { escapeHtml } from '../html/escape.ts';

const LABELS = 32;
/** Banks or dies that a line of the heat map has. */
const ACROSS = 64;

export interface PlacesChartData {
  readonly frame: Omit<ChartFrame, 'height'>;
  readonly names: readonly string[];
  readonly shares: readonly number[];
}

/** A column for each bank or die, as high as its share of the time in per cent. */
export function placesChart({ frame, names, shares }: PlacesChartData): string {
  const greatest = shares.reduce((most, share) => Math.max(most, share), 0) * 100;
  const every = Math.max(1, Math.ceil(names.length / LABELS));
  return drawChart(
    { ...frame, height: 240 },
    {
      grid: { left: 60, right: 20, top: 14, bottom: 40, outerBoundsMode: 'none' },
      xAxis: {
        ...AXIS,
        type: 'category',
        data: names.map((_, index) => String(index)),
        axisLabel: {
          color: COLOURS.faint,
          fontSize: FONT_SIZE,
          interval: 0,
          formatter: (index: string) => (Number(index) % every === 0 ? index : ''),
        },
      },
      yAxis: { ...AXIS, type: 'value', ...zeroBased(greatest), name: '% of the time', nameGap: 40 },
      series: [
        {
          type: 'bar',
          barCategoryGap: '20%',
          itemStyle: { color: COLOURS.series[0] ?? COLOURS.grey },
          data: shares.map((share) => share * 100),
        },
      ],
    },
  );
}

/** Cells of a heat map: a line of so many banks or dies after the other, darker the more a cell was used. */
export function placesHeatMap({ frame, shares }: PlacesChartData): string {
  const most = shares.reduce((greatest, share) => Math.max(greatest, share), 0);
  const lines = Math.ceil(shares.length / ACROSS);
  const side = Math.floor(frame.width / ACROSS);
  const cells = shares.map((share, index) => {
    const x = (index % ACROSS) * side;
    const y = Math.floor(index / ACROSS) * side;
    const strength = most > 0 ? Math.round((share / most) * 100) / 100 : 0;
    return `<rect x="${x}" y="${y}" width="${side - 2}" height="${side - 2}" fill="var(--c0)" fill-opacity="${strength}" stroke="var(--grid)"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${frame.width} ${lines * side}" role="img" aria-label="${escapeHtml(frame.title)}">${cells.join('')}</svg>`;
}
