import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { SystoleError } from '@systole/core';
import { listText } from '@systole/report';
import { checkClaims } from '../claims/check-claims.ts';
import type { CheckedClaim } from '../claims/check-claims.ts';
import { parseClaims } from '../claims/claims-file.ts';
import { CheckFailed } from '../exit-code.ts';
import { readTextFile } from '../files.ts';
import { readChip } from '../inputs.ts';
import { findChipFile } from '../library.ts';
import { print } from '../output.ts';
import { createProgress } from '../progress.ts';

interface ValidateFlags {
  readonly reference?: string;
  readonly json?: boolean;
}

export function addValidateCommand(program: Command): void {
  program
    .command('validate')
    .summary('hold a chip against what was published or measured')
    .description(
      'Runs a chip and holds it against the claims that stand beside its configuration: published value, simulated value, ' +
        'error. Ends with 1 when a claim does not hold.',
    )
    .argument('<chip>', 'a chip by name or file')
    .option('--reference <claims.yaml>', 'claims of your own, in place of those beside the chip')
    .option('--json', 'print {chip, claims} as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  systole validate pim-gpt\n  systole validate pim-gpt --reference mine.yaml --json',
    )
    .action(async (name: string, flags: ValidateFlags) => {
      const chip = readChip(name);
      const file = flags.reference ?? join(dirname(findChipFile(name)), 'claims.yaml');
      if (flags.reference === undefined && !existsSync(file)) {
        throw new SystoleError({
          code: 'file/not-found',
          message: `no claims stand beside the chip "${chip.name}"`,
          place: { file },
          hint: 'Give claims of your own with --reference claims.yaml.',
        });
      }
      const { claims } = parseClaims(readTextFile(file), file);
      const progress = createProgress(`${chip.name}: claims`, flags.json === true, 'claims');
      const checked = await checkClaims(chip, claims, (done) => progress.step(done, claims.length));
      progress.stop();
      print(
        flags.json === true
          ? JSON.stringify({ chip: chip.name, claims: checked }, undefined, 2)
          : table(checked),
      );
      if (checked.some(({ holds }) => holds === false)) throw new CheckFailed();
    });
}

function table(claims: readonly CheckedClaim[]): string {
  const rows = claims.map((claim) => ({
    claim: claim.what,
    workload: claim.workload,
    published:
      claim.range === undefined
        ? figure(claim.published)
        : `${figure(claim.range[0])}–${figure(claim.range[1])}`,
    simulated: figure(claim.simulated),
    unit: claim.unit,
    error:
      claim.error === undefined ? '—' : `${claim.error >= 0 ? '+' : ''}${(claim.error * 100).toFixed(1)} %`,
    holds: claim.holds === undefined ? '—' : claim.holds ? 'yes' : 'NO',
    confidence: claim.confidence,
  }));
  const notes = claims.flatMap(({ what, explanation }) =>
    explanation === undefined ? [] : [`${what}: ${explanation}`],
  );
  return `${listText(rows)}\n${notes.length === 0 ? '' : `\n${notes.join('\n')}\n`}`;
}

function figure(value: number | undefined): string {
  return value === undefined ? '—' : String(Number(value.toPrecision(4)));
}
