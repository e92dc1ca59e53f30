import { contentHash } from '@systole/chip';
import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import type { MappingDeclaration, Plan } from '@systole/mapping';
import { OPERATOR_KINDS } from '@systole/mapping';
import type { TraceHeader } from '@systole/trace';
import type { ReplayEngine } from './engine.ts';
import type {
  AccuracyNote,
  BoundSummary,
  ComponentSummary,
  Duration,
  OperatorSummary,
  OverheadSummary,
  PathShare,
  Result,
  TimeSummary,
} from './result.ts';

export interface SummaryInput {
  readonly chip: ResolvedChip;
  readonly chipHash: string;
  readonly header: TraceHeader;
  readonly mapping: MappingDeclaration;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly plan: Plan;
  readonly engine: ReplayEngine;
  readonly bounds: BoundSummary;
  readonly commandOverheads: readonly OverheadSummary[];
}

/** 1 W for 1 ps is 1 pJ, which is 1000 fJ. */
const FJ_PER_WATT_PS = 1000;

/** Turns the exact totals of a run into its result. */
export function summarise(input: SummaryInput): Result {
  const { chip, header, mapping, settings, plan, engine } = input;
  const totalPs = engine.totals.run.toNumber(0);
  const components = chip.parts.map((part, index) => summariseComponent(part, index, engine, totalPs));
  const staticWatts = chip.parts.reduce((sum, part) => sum + part.staticPower, 0);
  const dynamicFj = sum(components.map((component) => component.dynamicFj));
  const staticFj = sum(components.map((component) => component.staticFj));
  const time = summariseTime(input, totalPs);
  const totalFj = dynamicFj + staticFj;
  return {
    format: 'systole-result',
    version: 1,
    chip: {
      name: chip.name,
      summary: chip.spec.summary ?? '',
      hash: input.chipHash,
      clockHz: chip.clock.frequency,
    },
    workload: workloadOf(header),
    mapping: {
      name: mapping.name,
      options: settings,
      placement: plan.placement,
      decisions: plan.decisions,
      ...(plan.tiers === undefined ? {} : { tiers: plan.tiers }),
    },
    inputsHash: inputsHash(input),
    time,
    energy: {
      totalFj,
      dynamicFj,
      staticFj,
      perTokenFj: totalFj / time.tokens,
      averageWatts: totalPs === 0 ? 0 : totalFj / totalPs / FJ_PER_WATT_PS,
    },
    components,
    operators: summariseOperators(engine, totalPs, staticWatts, chip),
    criticalPath: pathShares(engine, totalPs, chip, OPERATOR_KINDS.keys()),
    bounds: input.bounds,
    ...(input.commandOverheads.length === 0 ? {} : { commandOverheads: input.commandOverheads }),
    engine: {
      operators: sum(OPERATOR_KINDS.map((_, kind) => engine.totals.operators.toNumber(kind))),
      stretches: engine.stretches,
      events: engine.totals.run.toNumber(1),
    },
    accuracy: chip.parts.map(accuracyOf),
  };
}

function inputsHash({ chipHash, header, mapping, settings, engine }: SummaryInput): string {
  return contentHash({ chipHash, header, mapping: mapping.name, settings, blocks: engine.blocksDigest });
}

function workloadOf(header: TraceHeader): Result['workload'] {
  const { name, model, workload } = header;
  return {
    name,
    ...(model === undefined ? {} : { model: model.architecture, parameters: model.parameters }),
    ...workload,
  };
}

function summariseTime({ chip, header, engine }: SummaryInput, totalPs: number): TimeSummary {
  const { clock } = chip;
  const cyclesPerPs = clock.frequency / 1e12;
  const exact = (ps: number): Duration => ({ ps, cycles: clock.cyclesIn(ps) });
  const mean = (ps: number): Duration => ({ ps, cycles: ps * cyclesPerPs });
  const { perStep } = engine;
  const steps = perStep.length;
  const first = perStep[0] ?? 0;
  const tokens = steps * (header.workload?.batch ?? 1);
  return {
    total: {
      ps: totalPs,
      cycles: Number.isSafeInteger(totalPs) ? clock.cyclesIn(totalPs) : totalPs * cyclesPerPs,
      exactPs: engine.totals.run.toBigInt(0).toString(),
    },
    steps,
    tokens,
    first: exact(first),
    last: exact(perStep.at(-1) ?? 0),
    mean: mean(totalPs / steps),
    ...(steps > 1 ? { meanDecode: mean((totalPs - first) / (steps - 1)) } : {}),
    tokensPerSecond: totalPs === 0 ? 0 : (tokens / totalPs) * 1e12,
    perStep: [...perStep],
  };
}

function summariseComponent(
  part: ResolvedPart,
  index: number,
  engine: ReplayEngine,
  totalPs: number,
): ComponentSummary {
  const { totals, machine } = engine;
  const { layout, tags } = machine;
  const actions = layout.actions.flatMap((column, action) => {
    if (column.component !== index) return [];
    let count = 0n;
    for (let tag = 0; tag < tags; tag++)
      count += totals.actions.toBigInt(tag * layout.actions.length + action);
    const form = part.declaration.actions[column.name];
    return [
      {
        action: column.name,
        help: form?.help ?? '',
        unit: form?.unit ?? '',
        count: count.toString(),
        fjPerAction: column.energy,
        totalFj: Number(count) * column.energy,
      },
    ];
  });
  const statistics = layout.statistics.flatMap((column, statistic) => {
    if (column.component !== index) return [];
    const form = part.declaration.statistics[column.name];
    return [
      {
        name: column.name,
        help: form?.help ?? '',
        unit: form?.unit ?? '',
        value: totals.statistics.toNumber(statistic),
      },
    ];
  });
  const dynamicFj = sum(actions.map((action) => action.totalFj));
  const staticFj = part.staticPower * totalPs * FJ_PER_WATT_PS;
  const busyPs = totals.busy.toNumber(index);
  const { facts } = part;
  const rowHitRate = hitRate(statistics);
  return {
    name: part.name,
    type: part.declaration.type,
    role: part.role,
    utilisation: totalPs === 0 ? 0 : busyPs / (totalPs * facts.resources),
    resources: facts.resources,
    busyPs,
    bytes: totals.bytes.toNumber(index),
    usefulMacs: totals.usefulMacs.toNumber(index),
    paddedMacs: totals.paddedMacs.toNumber(index),
    dynamicFj,
    staticFj,
    totalFj: dynamicFj + staticFj,
    actions,
    statistics,
    ...(rowHitRate === undefined ? {} : { rowHitRate }),
    facts: {
      ...(facts.capacity === undefined ? {} : { capacity: facts.capacity }),
      ...(facts.bandwidth === undefined ? {} : { bandwidth: facts.bandwidth }),
      ...(facts.internalBandwidth === undefined ? {} : { internalBandwidth: facts.internalBandwidth }),
      ...(facts.macsPerSecond === undefined ? {} : { macsPerSecond: facts.macsPerSecond }),
      ...(facts.operationsPerSecond === undefined ? {} : { operationsPerSecond: facts.operationsPerSecond }),
    },
  };
}

function hitRate(statistics: readonly { name: string; value: number }[]): number | undefined {
  const value = (name: string): number | undefined => statistics.find((entry) => entry.name === name)?.value;
  const hits = value('rowHits');
  if (hits === undefined) return undefined;
  const accesses = hits + (value('rowMisses') ?? 0) + (value('rowConflicts') ?? 0);
  return accesses === 0 ? undefined : hits / accesses;
}

function summariseOperators(
  engine: ReplayEngine,
  totalPs: number,
  staticWatts: number,
  chip: ResolvedChip,
): readonly OperatorSummary[] {
  const { totals, machine } = engine;
  const { layout } = machine;
  const rows = OPERATOR_KINDS.flatMap((kind, tag): OperatorSummary[] => {
    const count = totals.operators.toNumber(tag);
    if (count === 0) return [];
    const path = pathShares(engine, totalPs, chip, [tag]);
    const ps = sum(path.map((part) => part.ps));
    let dynamicFj = 0;
    for (const [action, column] of layout.actions.entries()) {
      dynamicFj += totals.actions.toNumber(tag * layout.actions.length + action) * column.energy;
    }
    return [
      {
        kind,
        count,
        ps,
        share: totalPs === 0 ? 0 : ps / totalPs,
        macs: totals.operatorMacs.toNumber(tag),
        bytes: totals.operatorBytes.toNumber(tag),
        dynamicFj,
        totalFj: dynamicFj + staticWatts * ps * FJ_PER_WATT_PS,
        path,
      },
    ];
  });
  return rows.sort((a, b) => b.ps - a.ps);
}

/** The critical path of some tags, by component and reason, largest first. */
function pathShares(
  engine: ReplayEngine,
  totalPs: number,
  chip: ResolvedChip,
  tags: Iterable<number>,
): readonly PathShare[] {
  const { totals, machine } = engine;
  const { reasons } = machine.layout;
  const sums = reasons.map(() => 0n);
  for (const tag of tags) {
    for (const [reason] of reasons.entries()) {
      sums[reason] = (sums[reason] ?? 0n) + totals.path.toBigInt(tag * reasons.length + reason);
    }
  }
  const shares = reasons.flatMap((column, reason): PathShare[] => {
    const ps = Number(sums[reason] ?? 0n);
    if (ps === 0) return [];
    const part = chip.parts[column.component];
    return [
      {
        component: part?.name ?? 'mapping',
        reason: column.name,
        help: part?.declaration.reasons[column.name] ?? COMMON_REASONS[column.name] ?? '',
        ps,
        share: totalPs === 0 ? 0 : ps / totalPs,
      },
    ];
  });
  return shares.sort((a, b) => b.ps - a.ps);
}

const COMMON_REASONS: Readonly<Record<string, string>> = {
  service: 'Service without a stated reason',
  queue: 'Waiting for the component, which was busy with something else',
  launch: 'Delay before a task starts, as its mapping asked',
};

function accuracyOf(part: ResolvedPart): AccuracyNote {
  const confidence: Record<string, number> = {};
  const weak: AccuracyNote['weak'][number][] = [];
  for (const [parameter, setting] of Object.entries(part.settings)) {
    const level = setting.source?.confidence ?? 'unstated';
    confidence[level] = (confidence[level] ?? 0) + 1;
    if (level === 'recalled' || level === 'inferred' || level === 'calibrated') {
      weak.push({
        parameter,
        value: String(setting.written ?? setting.value ?? ''),
        ...(setting.source === undefined ? {} : { source: setting.source }),
      });
    }
  }
  const { fastError } = part.declaration;
  const detail = Object.hasOwn(part.declaration.parameters, 'detail') ? part.values['detail'] : undefined;
  const level = detail === 'fast' || detail === 'detailed' ? detail : undefined;
  return {
    component: part.name,
    ...(level === undefined ? {} : { level }),
    ...(fastError === undefined || level === 'detailed'
      ? {}
      : { fastErrorShare: fastError.share, basis: fastError.basis }),
    confidence,
    weak,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
