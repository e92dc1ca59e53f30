import { clean, percent, plain, plural } from '../format.ts';
import { textBar } from '../text/bar.ts';
import { textStyle } from '../text/style.ts';
import type { ColourOptions } from '../text/style.ts';
import { textTable } from '../text/table.ts';
import {
  countRows,
  ENERGY_HEADS,
  energyRange,
  energyRows,
  headlineRows,
  LATENCY_HEADS,
  latencyRows,
  pairs,
  workText,
} from './memory-rows.ts';
import type { MemoryPlaces, MemoryRun } from './memory-run.ts';

const WIDTH = 110;
const BAR = 20;
const PLACES_PER_LINE = 32;
const MOST_PLACES = 1024;
const LEVELS = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** What a memory took for its work, and why, as text for a terminal. */
export function memoryText(run: MemoryRun, { colour = false }: ColourOptions = {}): string {
  const style = textStyle(colour);
  const { memory, reasons, energy, places, error, protocol, notes } = run;
  const sections = [
    `${style.title(clean(memory.name))} · ${memory.detail} · ${workText(run)}\n${style.faint(pairs(memory.settings))}`,
    headlineRows(run)
      .map(([name, value]) => `${name.padEnd(10)}${value}`)
      .join('\n'),
    table(LATENCY_HEADS, latencyRows(run)),
    listOf(countRows(run.counts)),
    Object.keys(run.commands).length === 0 ? '' : `commands  ${listOf(countRows(run.commands))}`,
    reasons.length === 0
      ? ''
      : `${style.title('Why')}: ${clean(run.reasonsOf)}\n${textTable(
          [{ head: 'reason' }, { head: 'share', align: 'right' }, { head: '' }, { head: '' }],
          reasons.map(({ name, share, because }) => [
            clean(name),
            percent(share),
            style.bar(textBar(share, BAR)),
            clean(because),
          ]),
          WIDTH,
        )}`,
    table(ENERGY_HEADS, energyRows(run)),
    energy === undefined
      ? ''
      : [
          energyRange(run),
          style.faint(`${clean(energy.source)} (${energy.confidence})`),
          ...energy.warnings.map((warning) => style.faint(clean(warning))),
        ]
          .filter((line) => line !== '')
          .join('\n'),
    places === undefined ? '' : placesText(places, style.bar),
    protocol === undefined
      ? ''
      : `${plain(protocol.commands)} commands checked against the standard: ${
          protocol.violations === 0 ? 'no violation' : style.warning(plural(protocol.violations, 'violation'))
        }${protocol.first.map((line) => `\n  ${clean(line)}`).join('')}`,
    error === undefined
      ? ''
      : style.faint(`Within ${percent(error.share)} of level detailed: ${clean(error.basis)}`),
    notes.map(clean).join('\n'),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return textTable(
    heads.map((head, index) => ({ head, align: index === 0 ? 'left' : 'right' })),
    rows,
  );
}

function listOf(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([name, value]) => `${name} ${value}`).join(', ');
}

/** A block for each place, as high as its share of the largest. */
function placesText({ what, of, shares, names }: MemoryPlaces, bar: (text: string) => string): string {
  const most = shares.reduce((greatest, share) => Math.max(greatest, share), 0);
  const blocks = shares
    .slice(0, MOST_PLACES)
    .map(
      (share) => LEVELS[share > 0 ? Math.max(1, Math.round((share / most) * (LEVELS.length - 1))) : 0] ?? '',
    );
  const lines: string[] = [];
  for (let at = 0; at < blocks.length; at += PLACES_PER_LINE) {
    const line = blocks.slice(at, at + PLACES_PER_LINE).join('');
    lines.push(`${(names[at] ?? '').padStart(10)} ${bar(line)}`);
  }
  const rest = shares.length > MOST_PLACES ? `\n${plain(shares.length - MOST_PLACES)} more in --json` : '';
  return `${plural(shares.length, what)}: ${of}; the highest block is ${percent(most)}\n${lines.join('\n')}${rest}`;
}
