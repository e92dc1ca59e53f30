import { resolveChip, setParameter } from '@systole/chip';
import type { ChipSpec } from '@systole/chip';
import type { Result } from '@systole/replay';
import { expandBraces } from '../assignment.ts';
import { loadTraceInput } from '../inputs.ts';
import type { WorkloadFlags } from '../inputs.ts';
import { simulate } from '../simulate.ts';
import type { Toolbox } from '../toolbox.ts';
import type { Claim } from './claims-file.ts';
import { measure } from './measure.ts';

/** A claim, and what the simulation says of it. */
export interface CheckedClaim {
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
  readonly tolerance?: number;
  /** Absent where there is nothing to hold it against. */
  readonly holds?: boolean;
  readonly confidence: string;
  readonly source: string;
  readonly explanation?: string;
}

/** What a claim changes for its second run. */
type Changes = Partial<Pick<Claim, 'set' | 'shape'>>;

/** Runs what the claims need, each run once, and holds every claim against it. */
export async function checkClaims(
  chip: ChipSpec,
  claims: readonly Claim[],
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
  for (const claim of claims) {
    checked.push(check(claim, await valueOf(claim)));
    onClaim(checked.length);
  }
  return checked;
}

async function runOnce(
  chip: ChipSpec,
  { workload, shape = {} }: Pick<Claim, 'workload' | 'shape'>,
  set: Readonly<Record<string, string>>,
  { catalogue, mappings }: Toolbox,
): Promise<Result> {
  let changed = chip;
  for (const [path, value] of Object.entries(set)) {
    for (const one of expandBraces(path)) changed = setParameter(changed, one, value, catalogue);
  }
  const flags: WorkloadFlags = Object.fromEntries(
    Object.entries(shape).map(([key, value]) => [key, String(value)]),
  );
  const input = await loadTraceInput(workload, flags);
  const { result } = await simulate(resolveChip(changed, catalogue), input, { mappings, quiet: true });
  return result;
}

function check(claim: Claim, simulated: number): CheckedClaim {
  const { id, what, workload, metric, published, range, unit, tolerance, confidence, source, explanation } =
    claim;
  const target = published ?? (range === undefined ? undefined : nearestIn(range, simulated));
  const off = target === undefined ? undefined : simulated - target;
  const error = off === undefined || target === undefined || target === 0 ? undefined : off / target;
  const measuredOff = claim.absolute === true ? off : error;
  return {
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
