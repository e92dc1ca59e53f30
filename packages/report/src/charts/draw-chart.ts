import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import type {
  BarSeriesOption,
  CustomSeriesOption,
  LineSeriesOption,
  ScatterSeriesOption,
} from 'echarts/charts';
import { GraphicComponent, GridComponent } from 'echarts/components';
import type { GraphicComponentOption, GridComponentOption } from 'echarts/components';
import { init, use } from 'echarts/core';
import type { ComposeOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeHtml } from '../html/escape.ts';
import { colourVariable } from './palette.ts';

export type ChartOption = ComposeOption<
  | BarSeriesOption
  | CustomSeriesOption
  | LineSeriesOption
  | ScatterSeriesOption
  | GraphicComponentOption
  | GridComponentOption
>;

/** A line or a text that is placed by pixels. */
export type ChartElement = GraphicComponentOption;

export interface ChartFrame {
  /** Names the chart in its page: clip paths of two charts must not be mixed up. Letters, digits and dashes. */
  readonly id: string;
  /** What the picture shows, for those who do not see it. */
  readonly title: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

use([BarChart, CustomChart, GraphicComponent, GridComponent, LineChart, ScatterChart, SVGRenderer]);

/**
 * Draws a chart as SVG text, the same to the byte each time: ECharts numbers its classes and clip paths through the life
 * of the process, so those are taken out or named after `frame.id`. Colours of the palette become CSS variables.
 * Every length in `option` is to be given, since text would be measured differently from machine to machine.
 */
export function drawChart(frame: ChartFrame, option: ChartOption): string {
  const { id, title, width, height } = frame;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, backgroundColor: 'transparent', ...option });
    return settle(chart.renderToSVGString(), id).replace(
      /^<svg [^>]*>/,
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">`,
    );
  } finally {
    chart.dispose();
  }
}

function settle(svg: string, id: string): string {
  // Quotes and angle brackets of names are escaped in what is drawn, so these patterns meet attributes and elements only.
  return svg
    .replaceAll(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replaceAll(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
    .replaceAll(/(id="|url\(#)zr\d+-c(\d+)/g, `$1${id}-$2`)
    .replaceAll(
      / style="font-size:([\d.]+)px;font-family:sans-serif;(font-weight:\w+;)?"/g,
      ' style="font-size:$1px;$2"',
    )
    .replaceAll(/(fill|stroke)="(#[0-9a-f]{6})"/g, (_, attribute: string, colour: string) => {
      return `${attribute}="${colourVariable(colour)}"`;
    })
    .replaceAll(/ (d|x|y)="([^"]*)"/g, (_, name: string, value: string) => ` ${name}="${rounded(value, 2)}"`)
    .replaceAll(/ transform="([^"]*)"/g, (_, value: string) => ` transform="${rounded(value, 4)}"`)
    .replaceAll(/\n+/g, '\n');
}

function rounded(numbers: string, digits: number): string {
  return numbers.replaceAll(/\d+\.\d+(?:e-\d+)?/g, (number) =>
    String(Number(Number(number).toFixed(digits))),
  );
}
