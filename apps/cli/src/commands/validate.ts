import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { ChipSpec } from '@systole/chip';
import { SystoleError } from '@systole/core';
import { listText } from '@systole/report';
import { checkClaims } from '../claims/check-claims.ts';
import type { CheckedClaim } from '../claims/check-claims.ts';
import { parseClaims } from '../claims/claims-file.ts';
import { sensitivities } from '../claims/sensitivity.ts';
import { CheckFailed } from '../exit-code.ts';
import { readTextFile } from '../files.ts';
import { addPluginFlag, addWorkloadFlags } from '../flags.ts';
import type { PluginFlags } from '../flags.ts';
import { readChip } from '../inputs.ts';
import type { WorkloadFlags } from '../inputs.ts';
import { findChipFile } from '../library.ts';
import { print } from '../output.ts';
import { createProgress } from '../progress.ts';
import { loadToolbox } from '../toolbox.ts';
import type { Toolbox } from '../toolbox.ts';

interface ValidateFlags extends WorkloadFlags, PluginFlags {
  readonly reference?: string;
  readonly sensitivity?: string;
  readonly json?: boolean;
}

/** How far off a doubtful figure is taken to be. */
const DOUBT = 0.2;

export function addValidateCommand(program: Command): void {
  const command = program
    .command('validate')
    .summary('hold a chip against what was published or measured')
    .description(
      'Runs a chip and holds it against the claims that stand beside its configuration: published value, simulated value, ' +
        'error. Ends with 1 when a claim does not hold.',
    )
    .argument('<chip>', 'a chip by name or file')
    .option('--reference <claims.yaml>', 'claims of your own, in place of those beside the chip')
    .option(
      '--sensitivity <workload>',
      'say instead how far time and energy move when each figure that is only recalled or inferred is off by 20 %',
    )
    .option('--json', 'print {chip, claims} or {chip, sensitivity} as JSON');
  addPluginFlag(addWorkloadFlags(command))
    .addHelpText(
      'after',
      `
Examples:
  systole validate pim-gpt
  systole validate pim-gpt --reference mine.yaml --json
  systole validate pim-gpt --sensitivity gpt2-xl --generate 128`,
    )
    .action(async (name: string, flags: ValidateFlags) => {
      const toolbox = await loadToolbox(flags);
      const chip = readChip(name, toolbox.catalogue);
      await (flags.sensitivity === undefined
        ? validateClaims(name, chip, toolbox, flags)
        : showSensitivity(chip, toolbox, flags));
    });
}

async function validateClaims(
  name: string,
  chip: ChipSpec,
  toolbox: Toolbox,
  flags: ValidateFlags,
): Promise<void> {
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
  const checked = await checkClaims(chip, claims, toolbox, (done) => progress.step(done, claims.length));
  progress.stop();
  print(
    flags.json === true ? JSON.stringify({ chip: chip.name, claims: checked }, undefined, 2) : table(checked),
  );
  if (checked.some(({ holds }) => holds === false)) throw new CheckFailed();
}

async function showSensitivity(chip: ChipSpec, toolbox: Toolbox, flags: ValidateFlags): Promise<void> {
  const progress = createProgress(`${chip.name}: figures`, flags.json === true, 'figures');
  const rows = await sensitivities(
    { spec: chip, toolbox, workload: flags.sensitivity, flags },
    DOUBT,
    progress.step,
  );
  progress.stop();
  if (flags.json === true) {
    print(JSON.stringify({ chip: chip.name, share: DOUBT, sensitivity: rows }, undefined, 2));
    return;
  }
  print(
    listText(
      rows.map(({ parameter, value, confidence, less, more }) => ({
        parameter,
        value,
        confidence,
        'time -20 %': shift(less?.time),
        'time +20 %': shift(more?.time),
        'energy -20 %': shift(less?.energy),
        'energy +20 %': shift(more?.energy),
      })),
    ),
  );
}

/** A relative change; a dash where the changed chip cannot be, or the figure has no neighbour. */
function shift(value: number | undefined): string {
  return value === undefined ? '—' : `${value >= 0 ? '+' : ''}${(value * 100).toFixed(2)} %`;
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
