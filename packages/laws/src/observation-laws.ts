import type { Task, Transaction } from '@systole/core';
import { alone, observe } from './bench.ts';
import type { Bench, Observation } from './bench.ts';
import { demand, demandEqual } from './report.ts';

const PICOSECONDS_PER_SECOND = 1e12;

/** Rates are doubles: a part in 10^12, and the last ps of a time that is rounded. */
const RATE_ROUNDING = 1 + 1e-12;

/** Throws `LawBroken` when a chunk is served before it could be, or is not seen exactly once. */
export function checkCausality(tasks: readonly Task[], seen: Observation): void {
  const endOfTask = new Map<string, number>();
  for (const [name, , , , , ended] of seen.chunks) {
    endOfTask.set(name, Math.max(ended, endOfTask.get(name) ?? 0));
  }
  const met = new Set<string>();
  let latest = 0;
  for (const [name, chunk, accepted, started, first, ended] of seen.chunks) {
    const task = tasks.find((candidate) => candidate.name === name);
    const times = `${accepted}, ${started}, ${first}, ${ended}`;
    demand(
      accepted <= started && started <= first && first <= ended,
      () => `chunk ${chunk} of ${name} is accepted, started, first and last there at ${times} ps`,
    );
    demand(
      ended >= latest,
      () => `chunk ${chunk} of ${name} leaves at ${ended} ps, after one that left at ${latest} ps`,
    );
    latest = ended;
    for (const input of task?.after ?? []) {
      const ready = (endOfTask.get(tasks[input]?.name ?? '') ?? Infinity) + (task?.delay ?? 0);
      demand(
        accepted >= ready,
        () => `${name} starts at ${accepted} ps, its inputs are there at ${ready} ps`,
      );
    }
    demand(accepted >= (task?.delay ?? 0), () => `${name} starts before its delay`);
    demand(!met.has(`${name} ${chunk}`), () => `chunk ${chunk} of ${name} leaves twice`);
    met.add(`${name} ${chunk}`);
  }
  const expected = tasks.reduce((sum, { chunks }) => sum + chunks, 0);
  demand(met.size === expected, () => `${met.size} chunks left of ${expected}`);
  demand(
    seen.duration === latest,
    () => `it takes ${seen.duration} ps, its last chunk leaves at ${latest} ps`,
  );
}

/** Throws `LawBroken` when a part was busy for longer than its resources were there. */
export function checkBusyness(bench: Bench, seen: Observation): void {
  for (const [index, { name, declaration, values }] of bench.parts.entries()) {
    const { resources } = declaration.facts(values);
    const busy = seen.tally.busy[index] ?? 0;
    demand(
      busy <= seen.duration * resources,
      () => `${name} is busy for ${busy} ps x resource, in ${seen.duration} ps with ${resources} resources`,
    );
  }
}

/** Throws `LawBroken` when bytes or multiply-accumulates were faster than the facts allow. */
export function checkRates(bench: Bench, seen: Observation): void {
  const seconds = ((seen.duration + 1) * RATE_ROUNDING) / PICOSECONDS_PER_SECOND;
  for (const [index, { name, declaration, values }] of bench.parts.entries()) {
    const { bandwidth, macsPerSecond } = declaration.facts(values);
    const bytes = seen.tally.bytes[index] ?? 0;
    if (bandwidth !== undefined) {
      demand(
        bytes <= bandwidth * seconds,
        () => `${name} moves ${bytes} B in ${seen.duration} ps at ${bandwidth} B/s`,
      );
    }
    const macs = (seen.tally.usefulMacs[index] ?? 0) + (seen.tally.paddedMacs[index] ?? 0);
    const rate = Math.max(0, ...Object.values(macsPerSecond ?? {}));
    demand(
      macs <= rate * seconds,
      () => `${name} does ${macs} MACs in ${seen.duration} ps at ${rate} a second`,
    );
  }
}

/** Throws `LawBroken` when bytes, actions or times got lost or came from nowhere. */
export function checkConservation(bench: Bench, tasks: readonly Task[], seen: Observation): void {
  const { tally } = seen;
  const stages = tasks.flatMap((task) => task.stages);
  const asked = stages.reduce((sum, { transaction }) => sum + transaction.bytes, 0);
  const moved = tally.bytes[bench.server] ?? 0;
  demand(moved === asked, () => `${moved} B went through the port, ${asked} B were asked for`);

  const names = bench.parts.flatMap(({ declaration }, part) =>
    Object.keys(declaration.statistics).map((name) => ({ part, name })),
  );
  const statistic = (name: string): number | undefined => {
    const at = names.findIndex((entry) => entry.part === bench.server && entry.name === name);
    return at < 0 ? undefined : tally.statistics[at];
  };
  const [bytesIn, bytesOut] = [statistic('bytesIn'), statistic('bytesOut')];
  if (bytesIn !== undefined)
    demand(bytesIn === asked, () => `bytesIn is ${bytesIn}, ${asked} B were asked for`);
  if (bytesOut !== undefined) {
    const copied = stages.reduce(
      (sum, { transaction }) => sum + transaction.bytes * (transaction.dims?.['copies'] ?? 1),
      0,
    );
    demand(
      bytesOut === copied,
      () => `bytesOut is ${bytesOut}, ${copied} B were asked for with their copies`,
    );
  }

  const path = tally.path.reduce((sum, ps) => sum + ps, 0);
  demand(path === seen.duration, () => `the critical path is ${path} ps of ${seen.duration} ps`);
  demand(
    tally.path.every((ps) => ps >= 0),
    () => 'a reason took less than no time',
  );
  for (const counts of [tally.actions, tally.statistics, tally.busy, tally.usefulMacs, tally.paddedMacs]) {
    for (const count of counts)
      demand(Number.isSafeInteger(count) && count >= 0, () => `something was counted ${count} times`);
  }
}

/** Throws `LawBroken` when a transaction that says how many of its MACs are useful is not taken at its word. */
export function checkUsefulMacs(bench: Bench, transaction: Transaction, eighths: number): void {
  const total = (seen: Observation, tables: readonly ('usefulMacs' | 'paddedMacs')[]): number =>
    tables.reduce((sum, table) => sum + seen.tally[table].reduce((a, b) => a + b, 0), 0);
  const both = ['usefulMacs', 'paddedMacs'] as const;
  const done = total(observe(bench, alone(bench, transaction, 3, 2)), both);
  const asked = Math.floor((done * eighths) / 8);
  const seen = observe(bench, alone(bench, { ...transaction, macs: asked }, 3, 2));
  const useful = total(seen, ['usefulMacs']);
  demand(useful === asked, () => `${useful} useful MACs, ${asked} were asked for`);
  const all = total(seen, both);
  demand(
    all === done,
    () => `${all} MACs are done for ${asked} useful ones, ${done} without saying how many are useful`,
  );
}

/** Throws `LawBroken` when two stretches that differ in the order of their lists alone are not alike. */
export function checkArrivalOrder(listed: Observation, shuffled: Observation): void {
  const sorted = ({ chunks, ...rest }: Observation): unknown => ({
    ...rest,
    chunks: [...chunks].sort(([a], [b]) => (a < b ? -1 : 1)),
  });
  demandEqual(sorted(shuffled), sorted(listed), 'the same tasks in another order');
}
