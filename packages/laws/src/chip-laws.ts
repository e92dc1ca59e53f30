import * as fc from 'fast-check';
import { resolveChip } from '@systole/chip';
import type { ChipSpec, ResolvedChip } from '@systole/chip';
import type { Catalogue } from '@systole/core';
import type { MappingCatalogue } from '@systole/mapping';
import { replay } from '@systole/replay';
import type { ReplayOutcome, Result } from '@systole/replay';
import { operatorMacs } from '@systole/trace';
import type { Trace } from '@systole/trace';
import type { ChipLawId } from './law.ts';
import { refusing } from './refusal.ts';
import { demand, demandEqual } from './report.ts';
import { leastColumns, withTwiceTheChannels } from './more-channels.ts';
import { weightBytesOfStep } from './weight-bytes.ts';

/** What a law about chips is judged on. */
export interface ChipCase {
  readonly spec: ChipSpec;
  readonly trace: Trace;
}

/** What is needed to run a chip. */
export interface ChipTools {
  readonly catalogue: Catalogue;
  readonly mappings: MappingCatalogue;
}

type ChipLaw = (tools: ChipTools, generated: ChipCase) => void;

/** Sums of doubles in different orders agree to a part in 10^9. */
const SUM_ROUNDING = 1e-9;

const PICOSECONDS_PER_SECOND = 1e12;

/** What each law demands of a run on a chip. */
export const CHIP_LAWS: Readonly<Record<ChipLawId, ChipLaw>> = {
  'chip/steps': onResults(({ time }) => {
    const sum = time.perStep.reduce((total, ps) => total + BigInt(ps), 0n);
    demand(
      `${sum}` === time.total.exactPs,
      () => `the steps add up to ${sum} ps, the total is ${time.total.exactPs} ps`,
    );
    demand(
      time.first.ps === time.perStep[0],
      () => `the first token takes ${time.first.ps} ps of ${time.perStep[0]} ps`,
    );
    demand(
      time.perStep.length === time.steps,
      () => `${time.perStep.length} steps of ${time.steps} have a time`,
    );
    demand(
      time.perStep.every((ps) => ps > 0),
      () => 'a step takes no time',
    );
  }),

  'chip/critical-path': onResults(({ criticalPath, operators, time }) => {
    const total = time.total.ps;
    const over = (shares: readonly { readonly ps: number }[]): number =>
      shares.reduce((sum, { ps }) => sum + ps, 0);
    demand(over(criticalPath) === total, () => `the path adds up to ${over(criticalPath)} ps of ${total} ps`);
    demand(over(operators) === total, () => `the operators take ${over(operators)} ps of ${total} ps`);
    for (const { kind, path, ps } of operators) {
      demand(over(path) === ps, () => `the path of ${kind} adds up to ${over(path)} ps of ${ps} ps`);
    }
  }),

  'chip/macs': onRuns((_chip, trace, { components, operators }) => {
    let asked = 0;
    for (const block of trace.blocks()) {
      asked += block.repeat * block.operators.reduce((sum, operator) => sum + operatorMacs(operator), 0);
    }
    const useful = components.reduce((sum, component) => sum + component.usefulMacs, 0);
    demand(useful === asked, () => `${useful} useful MACs, the operators ask for ${asked}`);
    const counted = operators.reduce((sum, { macs }) => sum + macs, 0);
    demand(counted === asked, () => `the kinds of operators have ${counted} MACs of ${asked}`);
    demand(
      components.every(({ paddedMacs }) => paddedMacs >= 0),
      () => 'MACs are padded by less than none',
    );
  }),

  'chip/energy': onResults(({ energy, components, operators }) => {
    const near = (a: number, b: number, what: string): void =>
      demand(Math.abs(a - b) <= SUM_ROUNDING * Math.max(a, b), () => `${what}: ${a} fJ and ${b} fJ`);
    const over = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
    near(energy.dynamicFj + energy.staticFj, energy.totalFj, 'dynamic and static, and the total');
    near(over(components.map(({ totalFj }) => totalFj)), energy.totalFj, 'the components, and the total');
    near(
      over(operators.map(({ dynamicFj }) => dynamicFj)),
      energy.dynamicFj,
      'the operators, and the dynamic part',
    );
    near(over(operators.map(({ totalFj }) => totalFj)), energy.totalFj, 'the operators, and the total');
    for (const { name, actions, dynamicFj, staticFj } of components) {
      near(
        over(actions.map(({ totalFj }) => totalFj)),
        dynamicFj,
        `the actions of ${name}, and its dynamic part`,
      );
      demand(staticFj >= 0, () => `${name} draws ${staticFj} fJ`);
      for (const { action, totalFj } of actions)
        demand(totalFj >= 0, () => `${name}: ${action} costs ${totalFj} fJ`);
    }
  }),

  'chip/utilisation': onResults(({ components, time }) => {
    const seconds = (time.total.ps + 1) / PICOSECONDS_PER_SECOND;
    for (const { name, utilisation, bytes, usefulMacs, paddedMacs, facts } of components) {
      demand(utilisation >= 0 && utilisation <= 1, () => `${name} is busy ${utilisation} of the time`);
      const { bandwidth = Infinity, macsPerSecond } = facts;
      demand(
        bytes <= bandwidth * seconds,
        () => `${name} moves ${bytes} B in ${seconds} s at ${bandwidth} B/s`,
      );
      if (macsPerSecond === undefined) continue;
      const macs = usefulMacs + paddedMacs;
      const rate = Math.max(0, ...Object.values(macsPerSecond));
      demand(macs <= rate * seconds, () => `${name} does ${macs} MACs in ${seconds} s at ${rate} a second`);
    }
  }),

  'chip/bound': onRuns((chip, trace, { time }) => {
    const rates = chip.parts.map(({ facts }) => Math.max(facts.bandwidth ?? 0, facts.internalBandwidth ?? 0));
    const rate = Math.max(
      ...chip.parts.map((part, index) => (part.role === 'memory' ? (rates[index] ?? 0) : 0)),
    );
    const macRate = chip.parts.reduce(
      (sum, { facts }) => sum + Math.max(0, ...Object.values(facts.macsPerSecond ?? {})),
      0,
    );
    const bytes = new Map<number, number>();
    const macs = new Map<number, number>();
    for (const block of trace.blocks()) {
      const add = (table: Map<number, number>, amount: number): unknown =>
        table.set(block.step, (table.get(block.step) ?? 0) + amount * block.repeat);
      add(bytes, weightBytesOfStep(block));
      add(
        macs,
        block.operators.reduce((sum, operator) => sum + operatorMacs(operator), 0),
      );
    }
    for (const [step, ps] of time.perStep.entries()) {
      const seconds = (ps + 1) / PICOSECONDS_PER_SECOND;
      const [read = 0, done = 0] = [bytes.get(step), macs.get(step)];
      demand(
        read <= rate * seconds,
        () => `step ${step} reads ${read} B of weights in ${ps} ps at ${rate} B/s`,
      );
      demand(
        done <= macRate * seconds,
        () => `step ${step} does ${done} MACs in ${ps} ps at ${macRate} a second`,
      );
    }
  }),

  'chip/reuse': ({ catalogue, mappings }, { spec, trace }) => {
    const chip = refusing(() => resolveChip(spec, catalogue));
    const [reused, stepped] = [true, false].map((reuse) => outcomeOf(chip, trace, mappings, reuse));
    demandEqual(reused?.result, stepped?.result, 'the result with stretches from memory');
    const [few = Infinity, all] = [reused?.simulated, stepped?.simulated];
    const { stretches } = stepped?.result.engine ?? {};
    demand(all === stretches, () => `${all} of ${stretches} stretches were simulated without reuse`);
    demand(few <= (stretches ?? 0), () => `${few} of ${stretches} stretches were simulated with reuse`);
  },

  'chip/determinism': ({ catalogue, mappings }, { spec, trace }) => {
    const run = (): Result =>
      resultOf(
        refusing(() => resolveChip(spec, catalogue)),
        trace,
        mappings,
      );
    demandEqual(run(), run(), 'the second of two equal runs');
  },

  'chip/more-channels': ({ catalogue, mappings }, { spec, trace }) => {
    fc.pre(trace.header.workload?.batch === 1);
    const more = refusing(() => withTwiceTheChannels(spec, catalogue));
    fc.pre(more !== undefined && leastColumns(trace) >= more.lanes);
    if (more === undefined) return;
    const [few, many] = [spec, more.spec].map((one) =>
      resultOf(
        refusing(() => resolveChip(one, catalogue)),
        trace,
        mappings,
      ),
    );
    for (const [step, ps] of (few?.time.perStep ?? []).entries()) {
      const faster = many?.time.perStep[step] ?? Infinity;
      demand(
        step === 0 || faster <= ps,
        () => `step ${step} takes ${ps} ps, and ${faster} ps with twice the channels`,
      );
    }
  },
};

function outcomeOf(
  chip: ResolvedChip,
  trace: Trace,
  mappings: MappingCatalogue,
  reuse = true,
): ReplayOutcome {
  return refusing(() => replay(chip, trace, { mappings, reuse }));
}

function resultOf(chip: ResolvedChip, trace: Trace, mappings: MappingCatalogue): Result {
  return outcomeOf(chip, trace, mappings).result;
}

function onRuns(check: (chip: ResolvedChip, trace: Trace, result: Result) => void): ChipLaw {
  return ({ catalogue, mappings }, { spec, trace }) => {
    const chip = refusing(() => resolveChip(spec, catalogue));
    check(chip, trace, resultOf(chip, trace, mappings));
  };
}

function onResults(check: (result: Result) => void): ChipLaw {
  return onRuns((_chip, _trace, result) => check(result));
}
