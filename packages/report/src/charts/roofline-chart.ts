import { quantity, compact } from '../format.ts';
import type { Roofline } from '../roofline.ts';
import { AXIS, chartText, FONT_SIZE, textWidth } from './axis.ts';
import { drawChart } from './draw-chart.ts';
import type { ChartElement, ChartFrame, ChartOption } from './draw-chart.ts';
import { COLOURS } from './palette.ts';

const GRID = { left: 84, right: 28, top: 22, bottom: 52 };
const MOST_DECADES = 12;
// Beyond these a rate or an intensity is no machine's, and axes would run out of numbers.
const LEAST = 1e-15;
const MOST = 1e30;
const LABEL_HEIGHT = 15;
/** Pixels between points that are told apart. */
const NEAR = 8;
const NAMES_TOGETHER = 5;

/** A range of whole decades, by their exponents. */
interface Decades {
  readonly low: number;
  readonly high: number;
}

interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly align: 'left' | 'right';
  readonly colour: string;
  /** Radians, against the clock. */
  readonly rotation: number;
}

/** Log-log roofline: horizontal roofs of compute, slanted ones of bandwidth, a named point for each operator kind. */
export function rooflineChart(frame: ChartFrame, data: Roofline): string {
  const isDrawn = (value: number): boolean => value >= LEAST && value <= MOST;
  const compute = data.compute.filter((roof) => isDrawn(roof.macsPerSecond));
  const bandwidth = data.bandwidth.filter((roof) => isDrawn(roof.bytesPerSecond));
  const points = data.points.filter((point) => isDrawn(point.intensity) && isDrawn(point.macsPerSecond));
  const peak = Math.max(0, ...compute.map((roof) => roof.macsPerSecond));
  const ridges = bandwidth.flatMap(({ bytesPerSecond }) => (peak > 0 ? [peak / bytesPerSecond] : []));
  const x = decades([...points.map((point) => point.intensity), ...ridges]);
  const heights = points.map((point) => point.macsPerSecond);
  const top = peak > 0 ? [peak] : bandwidth.map((roof) => roof.bytesPerSecond * tenTo(x.high));
  const y = decades([...heights, ...top]);
  const width = frame.width - GRID.left - GRID.right;
  const height = frame.height - GRID.top - GRID.bottom;
  const toX = (value: number): number => GRID.left + (width * (Math.log10(value) - x.low)) / (x.high - x.low);
  const toY = (value: number): number =>
    GRID.top + height - (height * (Math.log10(value) - y.low)) / (y.high - y.low);

  const fastest = Math.max(0, ...bandwidth.map((roof) => roof.bytesPerSecond));
  const lines: (readonly [number, number])[][] = [];
  const labels: Label[] = [];
  for (const roof of compute) {
    const start = fastest > 0 ? Math.max(roof.macsPerSecond / fastest, tenTo(x.low)) : tenTo(x.low);
    lines.push([
      [start, roof.macsPerSecond],
      [tenTo(x.high), roof.macsPerSecond],
    ]);
    labels.push({
      text: `${chartText(roof.name, 26)} ${roof.formats.map((format) => chartText(format, 10)).join(', ')}, ${compact(roof.macsPerSecond)}MAC/s`,
      x: GRID.left + width - 4,
      y: toY(roof.macsPerSecond) - 9,
      align: 'right',
      colour: COLOURS.ink,
      rotation: 0,
    });
  }
  const slope = Math.atan2(height / (y.high - y.low), width / (x.high - x.low));
  for (const [index, roof] of bandwidth.entries()) {
    const start = Math.max(tenTo(x.low), tenTo(y.low) / roof.bytesPerSecond);
    const end = Math.min(tenTo(x.high), (peak > 0 ? peak : tenTo(y.high)) / roof.bytesPerSecond);
    if (!(start < end)) continue;
    lines.push([
      [start, start * roof.bytesPerSecond],
      [end, end * roof.bytesPerSecond],
    ]);
    // Slanted labels start one after another along their lines, so that close roofs do not write over each other.
    const along = 14 + (index % 3) * 26;
    labels.push({
      text: `${chartText(roof.name, 26)}, ${quantity(roof.bytesPerSecond, 'bandwidth')}`,
      x: toX(start) + along * Math.cos(slope) - 10 * Math.sin(slope),
      y: toY(start * roof.bytesPerSecond) - along * Math.sin(slope) - 10 * Math.cos(slope),
      align: 'left',
      colour: COLOURS.ink,
      rotation: slope,
    });
  }
  const pointLabels = spread(
    clusters(
      points.map(({ kind, ...point }) => ({ kind, x: toX(point.intensity), y: toY(point.macsPerSecond) })),
    ).map(({ kinds, x: px, y: py }) => {
      const text = naming(kinds);
      const isLeft = px + 14 + textWidth(text) > frame.width - 4;
      return {
        text,
        x: px + (isLeft ? -12 : 12),
        y: py,
        align: isLeft ? ('right' as const) : ('left' as const),
        colour: COLOURS.faint,
        rotation: 0,
        anchor: px,
        level: py,
      };
    }),
  );
  const leaders = pointLabels
    .filter((label) => Math.abs(label.y - label.level) > LABEL_HEIGHT / 2)
    .map((label): ChartElement => ({
      type: 'line',
      shape: { x1: label.anchor, y1: label.level, x2: label.x - 2, y2: label.y },
      style: { stroke: COLOURS.grey, lineWidth: 0.8 },
      z: 1,
    }));
  const axis = { ...AXIS, type: 'log' as const, minorSplitLine: { show: false } };
  const option: ChartOption = {
    grid: { ...GRID, outerBoundsMode: 'none' },
    xAxis: {
      ...axis,
      min: tenTo(x.low),
      max: tenTo(x.high),
      name: 'operational intensity (MAC/B)',
      nameGap: 30,
      axisLabel: { ...AXIS.axisLabel, formatter: (value: number) => compact(value).replace(' ', '') },
    },
    yAxis: {
      ...axis,
      min: tenTo(y.low),
      max: tenTo(y.high),
      name: 'rate (MAC/s)',
      nameGap: 58,
      axisLabel: { ...AXIS.axisLabel, formatter: (value: number) => compact(value).replace(' ', '') },
    },
    graphic: [...leaders, ...[...labels, ...pointLabels].map(textElement)],
    series: [
      ...lines.map((line) => ({
        type: 'line' as const,
        data: line.map(([px, py]) => [px, py]),
        showSymbol: false,
        lineStyle: { color: COLOURS.ink, width: 1.6 },
        z: 2,
      })),
      {
        type: 'scatter' as const,
        data: points.map((point) => [point.intensity, point.macsPerSecond]),
        symbol: 'circle',
        symbolSize: 9,
        itemStyle: { color: COLOURS.series[0] ?? COLOURS.ink },
        z: 3,
      },
    ],
  };
  return drawChart(frame, option);
}

function textElement(label: Label): ChartElement {
  return {
    type: 'text',
    x: label.x,
    y: label.y,
    rotation: label.rotation,
    style: {
      text: label.text,
      fill: label.colour,
      // A rim of paper keeps lines that pass behind a text out of it.
      stroke: COLOURS.paper,
      lineWidth: 3,
      fontSize: FONT_SIZE,
      align: label.align,
      verticalAlign: 'middle',
    },
    z: 4,
  };
}

function exponentOf(value: number): number {
  return Number(value.toExponential().split('e')[1] ?? 0);
}

function tenTo(exponent: number): number {
  return Number(`1e${exponent}`);
}

/** Whole decades that hold all values, two at least: less would make a roof out of a detail. */
function decades(values: readonly number[]): Decades {
  const usable = values.filter((value) => value >= LEAST && value <= MOST);
  if (usable.length === 0) return { low: 0, high: 1 };
  const high = exponentOf(Math.max(...usable)) + 1;
  // Room below the least point, so that its name does not lie on the axis.
  const low = Math.min(exponentOf(Math.min(...usable) / 1.5), high - 2);
  return { low: Math.max(low, high - MOST_DECADES), high };
}

interface Cluster {
  readonly kinds: readonly string[];
  readonly x: number;
  readonly y: number;
}

/** Points that lie on one another, to the eye, share a label. */
function clusters(
  points: readonly { readonly kind: string; readonly x: number; readonly y: number }[],
): readonly Cluster[] {
  const found: { kinds: string[]; x: number; y: number }[] = [];
  for (const { kind, x, y } of points) {
    const near = found.find((cluster) => Math.abs(cluster.x - x) < NEAR && Math.abs(cluster.y - y) < NEAR);
    if (near === undefined) found.push({ kinds: [kind], x, y });
    else near.kinds.push(kind);
  }
  return found;
}

function naming(kinds: readonly string[]): string {
  const shown = kinds.slice(0, NAMES_TOGETHER).map((kind) => chartText(kind, 24));
  const more = kinds.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Moves labels that would write over each other down, in order of height. */
function spread<T extends Label>(labels: readonly T[]): readonly T[] {
  const placed: T[] = [];
  const left = (label: T): number => (label.align === 'left' ? label.x : label.x - textWidth(label.text));
  for (const label of [...labels].sort((a, b) => a.y - b.y)) {
    let y = label.y;
    for (const other of placed) {
      const apart =
        left(label) > left(other) + textWidth(other.text) ||
        left(other) > left(label) + textWidth(label.text);
      if (!apart && Math.abs(y - other.y) < LABEL_HEIGHT) y = other.y + LABEL_HEIGHT;
    }
    placed.push({ ...label, y });
  }
  return placed;
}
