import type { ChipDescription, ChipTotals, PartDescription } from '@systole/chip';
import { CONFIDENCES } from '@systole/core';
import { clean, NONE, percent, plain, plural, sentence, shorten } from './format.ts';
import { partPeaks, peakLines } from './text/peaks.ts';
import type { Peak } from './text/peaks.ts';
import { textStyle } from './text/style.ts';
import type { ColourOptions, TextStyle } from './text/style.ts';
import { textTable } from './text/table.ts';

const WIDTH = 120;

/**
 * A chip for a terminal: its parts, what they amount to, connections, and each part with every value and where it comes from.
 * 120 columns; long explanations are wrapped.
 */
export function describeChipText(chip: ChipDescription, options: ColourOptions = {}): string {
  const style = textStyle(options.colour ?? false);
  const chosen = Object.entries(chip.mapping.options).map(([name, value]) => `${name}=${String(value)}`);
  const mapping = [chip.mapping.name, ...chosen].join(' ');
  const citations = Object.entries(chip.citations).map(([key, text]) => `  ${clean(key)}: ${clean(text)}`);
  const sections = [
    [
      `${style.title(clean(chip.name))}${chip.summary === undefined ? '' : `: ${clean(chip.summary)}`}`,
      `clock ${chip.clock.text}, mapping ${clean(mapping)}, hash ${shorten(chip.hash, 16)}`,
    ].join('\n'),
    partsTable(chip),
    totals(chip),
    connections(chip),
    ...chip.components.map((component) => part(component, style)),
    citations.length === 0 ? '' : [style.title('Citations'), ...citations].join('\n'),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function partsTable(chip: ChipDescription): string {
  return textTable(
    [
      { head: 'component' },
      { head: 'type' },
      { head: 'role' },
      { head: 'in memory' },
      { head: 'static power', align: 'right' },
      { head: 'area', align: 'right' },
    ],
    chip.components.map((component) => [
      shorten(component.name, 24),
      shorten(component.type, 28),
      component.role,
      inMemory(component),
      component.staticPower.text,
      component.area?.text ?? NONE,
    ]),
  );
}

function inMemory({ attached, host }: PartDescription): string {
  if (attached !== undefined) return `holds ${shorten(attached, 20)}`;
  return host === undefined ? '' : `in ${shorten(host, 20)}`;
}

function totals({ totals: total }: ChipDescription): string {
  const memories = textTable(
    [
      { head: 'memory' },
      { head: 'capacity', align: 'right' },
      { head: 'bandwidth', align: 'right' },
      { head: 'in place', align: 'right' },
    ],
    total.memories.map((memory) => [
      shorten(memory.name, 24),
      memory.capacity?.text ?? NONE,
      memory.bandwidth?.text ?? NONE,
      memory.internalBandwidth?.text ?? NONE,
    ]),
  );
  const peaks = [
    ...peaksOf(total.macsPerSecond, 'stored'),
    ...peaksOf(total.wideMacsPerSecond, 'activation'),
  ];
  const sum = Object.values(total.confidences).reduce((all, count) => all + count, 0);
  const confidences = [...CONFIDENCES, 'none' as const].flatMap((confidence) => {
    const count = total.confidences[confidence] ?? 0;
    if (count === 0) return [];
    return [
      `${plain(count)} ${confidence === 'none' ? 'without a source' : confidence} (${percent(count / sum)})`,
    ];
  });
  const without =
    total.withoutArea.length === 0
      ? ''
      : ` (not stated for ${plural(total.withoutArea.length, 'component')})`;
  return [
    memories,
    ...peakLines(peaks, WIDTH),
    `static power  ${total.staticPower.text}`,
    `area          ${total.area.text}${without}`,
    ...(confidences.length === 0 ? [] : [`parameters    ${confidences.join(', ')}`]),
  ].join('\n');
}

function peaksOf(rates: ChipTotals['macsPerSecond'], operand: Peak['operand']): readonly Peak[] {
  return Object.entries(rates).map(([format, { text }]) => ({ text, format, operand }));
}

function connections(chip: ChipDescription): string {
  if (chip.connections.length === 0) return '';
  return textTable(
    [{ head: 'from' }, { head: 'to' }, { head: 'lanes', align: 'right' }],
    chip.connections.map(({ from, to, lanes }) => [shorten(from, 40), shorten(to, 40), plain(lanes)]),
  );
}

/** One component: its parameters, with sources as notes below, since many share one. */
function part(component: PartDescription, style: TextStyle): string {
  const notes: string[] = [];
  const rows = component.parameters.map((setting) => {
    const { source, confidence, note } = setting;
    let origin = setting.preset === undefined ? setting.layer : shorten(setting.preset, 26);
    if (source !== undefined) {
      const text = `${confidence ?? 'unknown'}: ${clean(source)}${note === undefined ? '' : ` (${clean(note)})`}`;
      let index = notes.indexOf(text);
      if (index < 0) index = notes.push(text) - 1;
      origin += ` [${index + 1}]`;
    }
    return [
      shorten(setting.name, 24),
      shorten(setting.value, 20),
      shorten(setting.default ?? (setting.required ? 'required' : NONE), 14),
      origin,
      confidence ?? '',
      `${sentence(setting.help)} ${sentence(withoutUnits(setting.range))}`,
    ];
  });
  const { peaks, others } = partPeaks(component.facts);
  const facts = others.map((fact) => `${clean(fact.name)} ${clean(fact.text)}`);
  const columns = ['parameter', 'value', 'default', 'from', 'confidence', 'what it is, and its range'];
  return [
    `${style.title(shorten(component.name, 40))} (${shorten(component.type, 40)}): ${clean(component.summary)}`,
    ...(facts.length === 0 ? [] : [facts.join(', ')]),
    ...peakLines(peaks, WIDTH),
    ...(rows.length === 0
      ? []
      : [
          textTable(
            columns.map((head) => ({ head })),
            rows,
            WIDTH,
          ),
        ]),
    ...notes.map((text, index) => `[${index + 1}] ${text}`),
  ].join('\n');
}

/** The units that may be written are in the description of the type; beside a value they would be noise. */
function withoutUnits(range: string): string {
  return range.replace(/ \(units: [^)]*\)$/, '');
}
