import { resolveChip } from '@systole/chip';
import { SystoleError } from '@systole/core';
import type { Place, Problem } from '@systole/core';
import type { Result } from '@systole/replay';
import { loadTraceInput, setInChip } from '../inputs.ts';
import type { ChipSource, WorkloadFlags } from '../inputs.ts';
import { simulate } from '../simulate.ts';
import type { Toolbox } from '../toolbox.ts';
import { scaleOf } from './claim-unit.ts';
import type { Claim, ClaimsSource } from './claims-file.ts';
import { checkMetric, measure } from './measure.ts';

/** A claim, and what the simulation says of it. */
export interface CheckedClaim {
  /** The chip that was run. */
  readonly chip: string;
  readonly id: string;
  readonly what: string;
  readonly workload: string;
  readonly metric: string;
  readonly published?: number;
  readonly range?: readonly [number, number];
  readonly simulated: number;
  readonly unit: string;
  /** Share of the published value; of a range, of its nearer end, 0 inside. */
  readonly error?: number;
  /** Share of the published value; in the unit of the claim where it is absolute. */
  readonly tolerance?: number;
  readonly absolute?: true;
  /** Absent where there is nothing to hold it against. */
  readonly holds?: boolean;
  readonly confidence: string;
  readonly source: string;
  readonly explanation?: string;
}

/** What a claim changes for its second run. */
type Changes = Partial<Pick<Claim, 'set' | 'shape'>>;

/** Runs what the claims need, each run once, and holds every claim against it. Throws `SystoleError` that names the claim. */
export async function checkClaims(
  chip: ChipSource,
  source: Pick<ClaimsSource, 'claims' | 'document'>,
  toolbox: Toolbox,
  onClaim: (done: number) => void,
): Promise<readonly CheckedClaim[]> {
  const runs = new Map<string, Promise<Result>>();
  const run = (claim: Claim, changes: Changes = {}): Promise<Result> => {
    const set = { ...claim.set, ...changes.set };
    const shape = { ...claim.shape, ...changes.shape };
    const key = JSON.stringify([claim.workload, Object.entries(shape).sort(), Object.entries(set).sort()]);
    let result = runs.get(key);
    if (result === undefined) {
      result = runOnce(chip, { workload: claim.workload, shape }, set, toolbox);
      runs.set(key, result);
    }
    return result;
  };
  const valueOf = async (claim: Claim): Promise<number> => {
    const { metric } = claim;
    checkMetric(metric, resolveChip(chip.spec, toolbox.catalogue, chip.places));
    if (metric.kind !== 'speed-up') return measure(metric, { own: await run(claim) });
    let sum = 0;
    const { workloads = [claim.workload] } = metric;
    for (const workload of workloads) {
      const one = { ...claim, workload };
      sum += measure(metric, { own: await run(one), changed: await run(one, metric) });
    }
    return sum / workloads.length;
  };
  const checked: CheckedClaim[] = [];
  for (const claim of source.claims) {
    try {
      const value = await valueOf(claim);
      checked.push(check(chip.spec.name, claim, value / (scaleOf(claim.metric.kind, claim.unit) ?? 1)));
    } catch (error) {
      throw error instanceof SystoleError ? ofClaim(error, claim, checked.length, source) : error;
    }
    onClaim(checked.length);
  }
  return checked;
}

/** What goes wrong with a claim is placed in its file, unless it is placed in another one. */
function ofClaim(
  error: SystoleError,
  { id, set, metric }: Claim,
  index: number,
  { document }: Pick<ClaimsSource, 'document'>,
): SystoleError {
  const placeOf = ({ code, place: { path } = {} }: Problem): Place => {
    const changes = set === undefined && 'set' in metric ? ['metric', 'set'] : ['set'];
    const key = code.startsWith('workload/') ? ['workload'] : path === undefined ? ['metric'] : changes;
    const { file, line, column } = document.placeOf(['claims', index, ...key]);
    return { ...(file === undefined ? {} : { file }), line: line ?? 1, column: column ?? 1 };
  };
  const [first, ...more] = error.problems.map((problem): Problem => {
    const isElsewhere = problem.place?.file !== undefined;
    const path = isElsewhere || problem.place?.path === undefined ? '' : `${problem.place.path}: `;
    const message = `claim "${id}": ${path}${problem.message}`;
    return { ...problem, message, ...(isElsewhere ? {} : { place: placeOf(problem) }) };
  });
  return first === undefined ? error : new SystoleError(first, ...more);
}

async function runOnce(
  chip: ChipSource,
  { workload, shape = {} }: Pick<Claim, 'workload' | 'shape'>,
  set: Readonly<Record<string, string>>,
  { catalogue, mappings }: Toolbox,
): Promise<Result> {
  let changed = chip;
  for (const [path, value] of Object.entries(set)) changed = setInChip(changed, path, value, catalogue);
  const flags: WorkloadFlags = Object.fromEntries(
    Object.entries(shape).map(([key, value]) => [key, String(value)]),
  );
  const input = await loadTraceInput(workload, flags);
  const { result } = await simulate(resolveChip(changed.spec, catalogue, changed.places), input, {
    mappings,
    quiet: true,
  });
  return result;
}

function check(chip: string, claim: Claim, simulated: number): CheckedClaim {
  const { id, what, workload, metric, published, range, unit, tolerance, confidence, source, explanation } =
    claim;
  const target = published ?? (range === undefined ? undefined : nearestIn(range, simulated));
  const off = target === undefined ? undefined : simulated - target;
  const error = off === undefined || target === undefined || target === 0 ? undefined : off / target;
  const measuredOff = claim.absolute === true ? off : error;
  return {
    chip,
    id,
    what,
    workload,
    metric: metric.kind,
    ...(published === undefined ? {} : { published }),
    ...(range === undefined ? {} : { range }),
    simulated,
    unit,
    ...(error === undefined ? {} : { error }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(claim.absolute === true ? { absolute: true } : {}),
    ...(tolerance === undefined || measuredOff === undefined
      ? {}
      : { holds: Math.abs(measuredOff) <= tolerance }),
    confidence,
    source,
    ...(explanation === undefined ? {} : { explanation }),
  };
}

function nearestIn([low, high]: readonly [number, number], value: number): number {
  return Math.min(Math.max(value, low), high);
}
