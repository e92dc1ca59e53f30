import { requireWhole } from '../pim-result.ts';
import type { AttAccDevice } from './attacc-device.ts';
import { AttentionPart } from './attention-part.ts';
import type { AttentionLevel, RequestList } from './attention-part.ts';
import type { AttAccRequest } from './attacc-request.ts';

/** One attention layer of one query: scores against all keys, softmax, and the sum over all values. */
export interface AttAccAttention {
  /** Where the units are: at the banks, at the bank groups, or on the buffer die. */
  readonly level: AttentionLevel;
  /** Keys that the query attends to. */
  readonly context: number;
  readonly heads: number;
  readonly headDim: number;
  /** Keys for which room is reserved, which is what the rows of a channel's second and later heads begin behind. */
  readonly reserved?: number;
}

/** Scores that are moved together: those that a unit computes while its results are collected. */
const SCORES_TOGETHER = 16;

/** Whether every request of the layer goes to all channels, so that one channel stands for all. */
export function isUniformAttention(device: AttAccDevice, attention: AttAccAttention): boolean {
  return attention.heads <= device.channels && attention.heads % device.channels === 0;
}

/**
 * The requests of an attention layer, a head to a channel at a time, two heads of a channel overlapped where it has more: the
 * vectors and softmax of one beside the MACs of the other. They are dealt out as by the generator that comes with AttAcc's
 * simulator; where shares of a list do not divide evenly among the steps, it leaves the rest out, and so does this.
 */
export function* attAccAttention(device: AttAccDevice, attention: AttAccAttention): Generator<AttAccRequest> {
  const { channels } = device;
  const { level, context, heads, headDim } = attention;
  requireWhole('context', context, 1, 2 ** 30);
  requireWhole('heads', heads, 1, 2 ** 20);
  requireWhole('headDim', headDim, 1, 2 ** 16);
  const reserved = attention.reserved ?? 4096;
  requireWhole('reserved', reserved, 1, 2 ** 30);
  const isUniform = isUniformAttention(device, attention);
  const rounds = Math.ceil(heads / channels);
  const partOf = (round: number): AttentionPart =>
    new AttentionPart(
      device,
      level,
      context,
      headDim,
      reserved,
      round,
      Math.min(channels, heads - round * channels),
    );

  const request: { kind: AttAccRequest['kind']; bank: number; row: number; channel?: number } = {
    kind: 'BARRIER',
    bank: 0,
    row: 0,
  };
  const uniform = { kind: request.kind, bank: 0, row: 0 };
  /** Requests `from` to `to` of a list, counted over channels, the channel fastest. */
  function* some(list: RequestList, part: AttentionPart, from: number, to: number): Generator<AttAccRequest> {
    const end = Math.min(to, list.count * part.channels);
    const step = isUniform ? part.channels : 1;
    const target = isUniform ? uniform : request;
    target.kind = list.kind;
    for (let at = from; at < end; at += step) {
      const index = Math.floor(at / part.channels);
      target.bank = list.bankOf(index);
      target.row = list.rowOf(index);
      if (!isUniform) request.channel = at % part.channels;
      yield target;
    }
  }
  const all = (list: RequestList, part: AttentionPart) => some(list, part, 0, Infinity);
  const barrier: AttAccRequest = { kind: 'BARRIER' };

  /** MACs of some of the scores, and the moves of those before, with something else of another head beside them. */
  function* scores(part: AttentionPart, beside: (step: number, steps: number) => Generator<AttAccRequest>) {
    const steps = Math.ceil(part.scoreCount / SCORES_TOGETHER);
    for (let step = 0; step <= steps; step++) {
      if (step < steps) {
        const until = Math.min((step + 1) * SCORES_TOGETHER, part.scoreCount);
        const each = part.macsOfScore * part.channels;
        yield* some(part.scoreMacs, part, step * SCORES_TOGETHER * each, until * each);
      }
      if (step > 0) yield* all(part.scoreMoves, part);
      yield* beside(step, steps);
      if (step < steps) yield barrier;
    }
  }
  function* sums(part: AttentionPart, beside: (step: number, steps: number) => Generator<AttAccRequest>) {
    const steps = part.sumCount;
    for (let step = 0; step <= steps; step++) {
      const each = part.macsOfSum * part.channels;
      if (step < steps) yield* some(part.sumMacs, part, step * each, (step + 1) * each);
      if (step > 0) yield* all(part.sumMoves, part);
      yield* beside(step, steps);
      if (step < steps) yield barrier;
    }
  }
  function* nothing(): Generator<AttAccRequest> {}
  /** An even share of the list for each of the steps from `first` on. */
  function* share(list: RequestList, part: AttentionPart, step: number, steps: number, first: number) {
    const stepsLeft = first === 0 ? steps : Math.ceil(steps / 2);
    const size = Math.floor((list.count * part.channels) / stepsLeft);
    if (step < first || step >= steps) return;
    yield* some(list, part, (step - first) * size, (step - first + 1) * size);
  }
  function* softmax(part: AttentionPart, step: number, steps: number) {
    if (step === 0) yield* all(part.softmax, part);
    yield* share(part.weightMoves, part, step, steps, Math.floor(steps / 2));
  }

  for (let round = 0; round + 1 < rounds; round += 2) {
    const first = partOf(round);
    const second = partOf(round + 1);
    yield* all(first.vectorWrites, first);
    // The generator opens the first row of the layer ahead of its first barrier.
    if (round === 0) yield* some(first.scoreMacs, first, 0, first.channels);
    yield barrier;
    yield* scores(first, (step, steps) => share(second.vectorWrites, second, step, steps, 0));
    yield* scores(second, (step, steps) => softmax(first, step, steps));
    yield* sums(first, (step, steps) => softmax(second, step, steps));
    yield* sums(second, nothing);
  }
  if (rounds % 2 === 0) return;
  const last = partOf(rounds - 1);
  yield* all(last.vectorWrites, last);
  yield barrier;
  yield* scores(last, nothing);
  yield* all(last.softmax, last);
  yield* all(last.weightMoves, last);
  yield barrier;
  yield* sums(last, nothing);
}

/** MACs of all banks, row after row, as many as asked for. */
export function* attAccRows(device: AttAccDevice, macs: number): Generator<AttAccRequest> {
  requireWhole('macs', macs, 0);
  const request: { kind: 'MAC_AB'; row: number } = { kind: 'MAC_AB', row: 0 };
  for (let i = 0; i < macs; i++) {
    request.row = Math.floor(i / device.columnsPerRow) % device.rowsPerBank;
    yield request;
  }
}
