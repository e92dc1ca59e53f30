import type { CounterexampleFile, Finding, Law, Report } from '@systole/laws';
import { listText } from '@systole/report';

/** What became of one job. */
export interface CheckedJob {
  readonly component?: string;
  readonly label: string;
  readonly report: Report;
  /** Of each broken law: its counterexample as files, and the command that runs it again. */
  readonly broken: readonly BrokenLaw[];
}

export interface BrokenLaw {
  readonly finding: Finding;
  readonly files: readonly CounterexampleFile[];
  readonly replay: string;
}

/** The laws with their scope and exceptions. */
export function lawsText(laws: readonly Law[]): string {
  const blocks = laws.map(({ id, statement, scope, exceptions }) => {
    const lines = [id, `  ${statement}`, `  scope: ${scope}`];
    return [...lines, ...exceptions.map((exception) => `  exception: ${exception}`)].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

/** A table of all laws, what is not about what was checked, and each broken law with its counterexample. */
export function checkText(checked: readonly CheckedJob[]): string {
  const rows = checked.flatMap(({ label, report }) =>
    report.findings.map(({ law, outcome, runs, refused }) => ({
      of: label,
      law,
      result: outcome === 'held' ? 'held' : 'BROKEN',
      cases: runs,
      refused,
    })),
  );
  const asides = new Map<string, string[]>();
  for (const { label, report } of checked) {
    for (const { law, reason } of report.inapplicable) {
      const why = `${law} (${reason})`;
      asides.set(why, [...(asides.get(why) ?? []), label]);
    }
  }
  const silent = [...asides].map(([why, labels]) => `Not judged: ${why}: ${labels.join(', ')}\n`);
  const broken = checked.flatMap((job) => job.broken.map((law) => brokenText(job.label, law)));
  const count = broken.length;
  const verdict =
    count === 0
      ? `Sound: ${rows.length} ${rows.length === 1 ? 'law' : 'laws'} held.`
      : `Not sound: ${count} of ${rows.length} ${rows.length === 1 ? 'law' : 'laws'} ${count === 1 ? 'is' : 'are'} broken.`;
  const parts = [
    listText(rows),
    ...(silent.length === 0 ? [] : [silent.join('')]),
    ...broken,
    `${verdict}\n`,
  ];
  return parts.join('\n');
}

function brokenText(label: string, { finding, files, replay }: BrokenLaw): string {
  const shown = files.map(({ name, text }) => `  ${name}\n${indented(text, 4)}`);
  return [
    `BROKEN  ${finding.law} of ${label}`,
    indented(finding.cause ?? '', 2),
    ...(shown.length === 0 ? [] : ['  The smallest case that breaks it:', ...shown]),
    `  Run it again:\n    ${replay}\n`,
  ].join('\n');
}

function indented(text: string, spaces: number): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? line : ' '.repeat(spaces) + line))
    .join('\n');
}
