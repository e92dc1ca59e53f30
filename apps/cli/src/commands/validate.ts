import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { SystoleError } from '@systole/core';
import { listText } from '@systole/report';
import { checkClaims } from '../claims/check-claims.ts';
import type { CheckedClaim } from '../claims/check-claims.ts';
import { readClaims } from '../claims/claims-file.ts';
import type { ClaimsSource } from '../claims/claims-file.ts';
import { claimsText } from '../claims/claims-text.ts';
import { sensitivities } from '../claims/sensitivity.ts';
import { CheckFailed } from '../exit-code.ts';
import { addPluginFlag, addWorkloadFlags } from '../flags.ts';
import type { PluginFlags } from '../flags.ts';
import { argument, readChip, readChipSource, shapesWorkload } from '../inputs.ts';
import type { ChipSource, WorkloadFlags } from '../inputs.ts';
import { chipFiles, findChipFile } from '../library.ts';
import { print, wantsColour } from '../output.ts';
import { createProgress } from '../progress.ts';
import { loadToolbox } from '../toolbox.ts';
import type { Toolbox } from '../toolbox.ts';
import { findValidation, VALIDATIONS } from '../validations/registry.ts';
import type { Validation as PeerValidation } from '../validations/validation.ts';

interface ValidateFlags extends WorkloadFlags, PluginFlags {
  readonly reference?: string;
  readonly sensitivity?: string;
  readonly only?: string;
  readonly thorough?: boolean;
  readonly json?: boolean;
}

/** How far off a doubtful figure is taken to be. */
const DOUBT = 0.2;

export function addValidateCommand(program: Command): void {
  const command = program
    .command('validate')
    .summary(
      'hold a chip against what was published or measured, memories against other simulators, number formats against vectors',
    )
    .description(
      'Runs a chip and holds it against the claims that stand beside its configuration: published value, simulated value, ' +
        'error, tolerance. Without a chip, all chips that have claims. With memory, runs the memories beside other ' +
        'simulators: errors, bounds, rates. With numerics, compares number formats with reference vectors bit for bit. Ends with 1 when a ' +
        'claim or a bound does not hold, or a bit is wrong.',
    )
    .argument(
      '[chip]',
      'a chip by name or file, memory, or numerics; all chips that systole list validations names when left out',
    )
    .option(
      '--reference <path>',
      'claims of your own in YAML, in place of those beside the chip that they name; for memory, cases in the layout of ' +
        'streams.json, pim-gemv.json, mqsim-reads.json or sram-cacti.json of @systole/memory; for numerics, a folder in the layout of ' +
        'the reference of @systole/numerics, or a file of it',
    )
    .option(
      '--only <peers>',
      'of memory, these alone: ramulator,dramsim3,aim,hbm-pim,newton,attacc,mqsim,cacti,fast; of numerics, formats',
    )
    .option('--thorough', 'of memory, every case of the fast level against the detailed one, and no sample')
    .option(
      '--sensitivity <workload>',
      'say instead how far time and energy move when each figure that is only recalled or inferred is off by 20 %',
    )
    .option(
      '--json',
      'print {chips, claims}, {chip, sensitivity}, {rows, cases, rates} of memory, or {rows, compared, wrong} of numerics, as JSON',
    );
  addPluginFlag(addWorkloadFlags(command))
    .addHelpText(
      'after',
      `
Examples:
  systole validate
  systole validate pim-gpt
  systole validate pim-gpt --reference mine.yaml --json
  systole validate pim-gpt --sensitivity gpt2-xl --generate 128
  systole validate memory
  systole validate memory --only ramulator,aim --json
  systole validate memory --reference my-streams.json
  systole validate numerics
  systole validate numerics --only posit8_0,nvfp4 --reference my-vectors --json`,
    )
    .action(async (name: string | undefined, flags: ValidateFlags) => {
      const peers = findValidation(name);
      if (peers !== undefined) return validatePeers(peers, flags);
      if (flags.only !== undefined || flags.thorough === true) {
        throw argument(
          '--only and --thorough choose among cases of other simulators',
          `Leave them out, or name ${VALIDATIONS.map((validation) => validation.name).join(' or ')}.`,
        );
      }
      const toolbox = await loadToolbox(flags);
      if (flags.sensitivity === undefined) await validateClaims(name, toolbox, flags);
      else await showSensitivity(name, toolbox, flags);
    });
}

/** Runs a part of Systole beside other simulators. */
async function validatePeers(validation: PeerValidation, flags: ValidateFlags): Promise<void> {
  const { name } = validation;
  if (flags.model !== undefined || shapesWorkload(flags) || flags.sensitivity !== undefined) {
    throw argument(
      `validate ${name} runs no workload`,
      'Leave out the flags of a workload, and --sensitivity.',
    );
  }
  const progress = createProgress(name, flags.json === true, validation.unit);
  const { reference, only, thorough, json } = flags;
  const outcome = await validation
    .run({
      isThorough: thorough === true,
      onProgress: progress.step,
      ...(reference === undefined ? {} : { reference }),
      ...(only === undefined ? {} : { only: only.split(',').map((peer) => peer.trim()) }),
    })
    .finally(progress.stop);
  print(json === true ? outcome.json() : outcome.text({ colour: wantsColour() }));
  if (!outcome.holds) throw new CheckFailed();
}

/** A chip, and what it is held against. */
interface Validation {
  readonly chip: ChipSource;
  readonly claims: ClaimsSource;
}

async function validateClaims(
  name: string | undefined,
  toolbox: Toolbox,
  flags: ValidateFlags,
): Promise<void> {
  if (flags.model !== undefined || shapesWorkload(flags)) {
    throw argument(
      'claims say themselves what runs, and in which formats',
      'Leave out the flags of a workload, or write them as the shape of a claim in a file for --reference.',
    );
  }
  const checked: CheckedClaim[] = [];
  const validations = findValidations(name, flags.reference, toolbox);
  for (const { chip, claims } of validations) {
    const progress = createProgress(`${chip.spec.name}: claims`, flags.json === true, 'claims');
    try {
      const onClaim = (done: number): void => progress.step(done, claims.claims.length);
      checked.push(...(await checkClaims(chip, claims, toolbox, onClaim)));
    } finally {
      progress.stop();
    }
  }
  const chips = validations.map(({ chip }) => chip.spec.name);
  print(flags.json === true ? JSON.stringify({ chips, claims: checked }, undefined, 2) : claimsText(checked));
  if (checked.some(({ holds }) => holds === false)) throw new CheckFailed();
}

/** What is to be validated: a chip, the chip that claims name, or every chip beside which claims stand. */
function findValidations(
  name: string | undefined,
  reference: string | undefined,
  { catalogue }: Toolbox,
): readonly Validation[] {
  if (reference !== undefined) {
    const claims = readClaims(reference);
    return [checkedPair(readChipSource(name ?? claims.chip, catalogue), claims)];
  }
  const files = name === undefined ? [...chipFiles().values()] : [findChipFile(name)];
  const validations = files.flatMap((file): readonly Validation[] => {
    const beside = join(dirname(file), 'claims.yaml');
    return existsSync(beside) ? [checkedPair(readChipSource(file, catalogue), readClaims(beside))] : [];
  });
  if (validations.length > 0) return validations;
  const [file] = files;
  throw new SystoleError({
    code: 'file/not-found',
    message:
      name === undefined || file === undefined
        ? 'no claims stand beside any chip'
        : `no claims stand beside the chip "${readChip(file, catalogue).name}"`,
    ...(file === undefined ? {} : { place: { file: join(dirname(file), 'claims.yaml') } }),
    hint: 'Give claims of your own with --reference claims.yaml.',
  });
}

/** Figures of one chip say nothing about another. Throws `argument/invalid`. */
function checkedPair(chip: ChipSource, claims: ClaimsSource): Validation {
  if (claims.chip === chip.spec.name) return { chip, claims };
  throw new SystoleError({
    code: 'argument/invalid',
    message: `these are claims about the chip "${claims.chip}", and "${chip.spec.name}" is to be held against them`,
    place: claims.document.placeOf(['chip']),
    hint: `Name the chip that they are about, or write chip: ${chip.spec.name} if they are about that one.`,
  });
}

async function showSensitivity(
  name: string | undefined,
  toolbox: Toolbox,
  flags: ValidateFlags,
): Promise<void> {
  if (name === undefined) {
    throw argument('no chip was named', 'Write systole validate pim-gpt --sensitivity gpt2-xl, say.');
  }
  if (flags.reference !== undefined) {
    throw argument(
      '--sensitivity holds nothing against claims',
      'Leave out --reference, or leave out --sensitivity.',
    );
  }
  const chip = readChip(name, toolbox.catalogue);
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
