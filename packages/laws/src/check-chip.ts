import * as fc from 'fast-check';
import { resolveChip } from '@systole/chip';
import type { ChipSpec } from '@systole/chip';
import { SystoleError } from '@systole/core';
import type { Trace } from '@systole/trace';
import { arbitraryModel, arbitraryTrace, arbitraryWorkload } from './arbitrary-trace.ts';
import type { GeneratedTrace } from './arbitrary-trace.ts';
import { CHIP_LAWS } from './chip-laws.ts';
import type { ChipCase, ChipTools } from './chip-laws.ts';
import type { ChipCounterexample } from './counterexample.ts';
import { LAWS } from './law.ts';
import type { ChipLawId } from './law.ts';
import { withTwiceTheChannels } from './more-channels.ts';
import { judge, reportOf } from './report.ts';
import type { CheckOptions, Report } from './report.ts';
import { workingFormats } from './working-formats.ts';

export interface ChipCheckOptions extends CheckOptions, ChipTools {
  /**
   * What is run. Unless given: small decoder models, in the first formats that a given chip computes in, or in bf16 where
   * chips are generated.
   */
  readonly traces?: fc.Arbitrary<Trace>;
}

/**
 * Holds runs on a chip, or on generated chips, to every law about chips. Cases that a mapping or a capacity refuses do
 * not count. What is wrong is in the report; only a `path` that
 * leads to no case throws, `argument/invalid`.
 */
export function checkChip(chip: ChipSpec | fc.Arbitrary<ChipSpec>, options: ChipCheckOptions): Report {
  const { catalogue, mappings, traces, laws, runs = 25, seed, path, onLaw } = options;
  const isGenerated = chip instanceof fc.Arbitrary;
  const tools: ChipTools = { catalogue, mappings };
  const formats = isGenerated ? undefined : workingFormats(chip, tools);
  const asked = LAWS.flatMap(({ id }) =>
    isChipLaw(id) && (laws === undefined || laws.includes(id)) ? [id] : [],
  );
  const lanes = isGenerated || !asked.includes('chip/more-channels') ? 1 : lanesOf(chip, tools);
  const held = asked.filter((id) => id !== 'chip/more-channels' || lanes !== undefined);
  const findings = held.map((id, index) => {
    const isWide = id === 'chip/more-channels' && lanes !== undefined;
    const specs = isGenerated ? chip : fc.constant(chip);
    const model = arbitraryModel(isWide ? { columns: lanes } : {});
    const workload = arbitraryWorkload(formats, isWide ? { prompt: 4, generate: 3, batch: 1 } : {});
    const runsOf = traces ?? arbitraryTrace(model, workload);
    const judged = {
      cases: fc.tuple(specs, runsOf).map(([spec, trace]): ChipCase => ({ spec, trace })),
      check: (one: ChipCase) => CHIP_LAWS[id](tools, one),
      toPlain: plainChipCase,
    };
    const finding = judge(id, judged, {
      runs,
      ...(seed === undefined ? {} : { seed }),
      ...(path === undefined ? {} : { path }),
    });
    onLaw?.(finding, index + 1, held.length);
    return finding;
  });
  const inapplicable = asked
    .filter((id) => !held.includes(id))
    .map((law) => ({
      law,
      reason: 'it has no memory that streams rows past its units, with channels to double',
    }));
  return reportOf(isGenerated ? 'generated chips' : chip.name, findings, inapplicable);
}

/** Places that a unit has in the chip with twice the channels; nothing where there is no such chip. */
function lanesOf(chip: ChipSpec, { catalogue }: ChipTools): number | undefined {
  try {
    const more = withTwiceTheChannels(chip, catalogue);
    if (more !== undefined) resolveChip(more.spec, catalogue);
    return more?.lanes;
  } catch (error) {
    if (error instanceof SystoleError) return undefined;
    throw error;
  }
}

/** A case as plain data, for reports and files. */
function plainChipCase({ spec, trace }: ChipCase): ChipCounterexample {
  const known = isGeneratedTrace(trace) ? trace.source : {};
  return { subject: 'chip', chip: spec, trace: trace.header.name, ...known };
}

function isGeneratedTrace(trace: Trace): trace is GeneratedTrace {
  return 'source' in trace;
}

function isChipLaw(id: string): id is ChipLawId {
  return Object.hasOwn(CHIP_LAWS, id);
}
