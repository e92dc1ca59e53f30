import {
  aimGemv,
  attAccAttention,
  hbmPimGemv,
  isUniformAttention,
  newtonGemv,
  PIM_REASONS,
  runAim,
  runAttAcc,
} from '@systole/memory';
import type { PimReason, PimResult } from '@systole/memory';
import type { MemoryRun } from '@systole/report';
import { argument } from '../inputs.ts';
import type { PimBase } from './memory-base.ts';
import { refuseFlags, wholeFlag } from './memory-work.ts';
import type { MemoryFlags } from './memory-work.ts';

const PICOSECONDS_PER_SECOND = 1e12;
const FEMTOJOULES_PER_JOULE = 1e15;
/** Bytes of an operand of all of these devices. */
const OPERAND = 2;
const MOST_SIDE = 2 ** 24;
/** Operands of a channel: some minutes of simulation. */
const MOST_OPERANDS = 2 ** 34;

const BECAUSE: Readonly<Record<PimReason, string>> = {
  compute: 'column accesses computed at their own pace',
  'row-switch': 'rows were opened and closed',
  'activation-window': 'banks could not be opened all at once',
  'mode-switch': 'the device changed between normal commands and those of its units',
  'vector-write': 'the vector was on its way into the device, and sums were preset',
  'result-read': 'sums were on their way out',
  'data-move': 'data moved between buffers of the device, or functions were computed beside the banks',
  refresh: 'rows were refreshed',
  instruction: 'no command was there: instructions were on their way, or awaited an earlier one',
  'memory-access': 'normal reads and writes',
};

/** What was computed, and the bytes of it that banks read. */
interface Computed {
  readonly result: PimResult;
  readonly work: MemoryRun['work'];
  readonly bytes: number;
}

/** Runs a matrix-vector product, or an attention layer, in the banks of a memory, command by command. */
export function runPim(base: PimBase, flags: MemoryFlags): MemoryRun {
  refuseFlags(
    flags,
    [
      'pattern',
      'n',
      'seed',
      'region',
      'stride',
      'size',
      'interval',
      'trace',
      'traceFormat',
      'queue',
      'set',
      'energy',
      'commands',
      'check',
    ],
    `"${base.name}", which computes in its banks`,
  );
  if (flags.detail === 'fast') {
    throw argument('in-memory compute is run command by command here', 'Leave out --detail fast.');
  }
  const channels = wholeFlag(flags.channels, '--channels', 4096) ?? 1;
  const { result, work, bytes } =
    base.family === 'attacc' ? attention(base, flags) : product(base, flags, channels);
  const { cycles, time, spent, ideal, overheads, energy, commands, clockPeriod } = result;
  const reasons = PIM_REASONS.map((name) => ({
    name,
    share: cycles > 0 ? spent[name] / cycles : 0,
    because: BECAUSE[name],
  }));
  const beyond = PIM_REASONS.filter((name) => overheads[name] !== 0)
    .sort((a, b) => overheads[b] - overheads[a])
    .map((name) => `${name} ${overheads[name]}`);
  return {
    systole: 'memory-run/1',
    memory: {
      name: base.name,
      kind: 'in-memory-compute',
      detail: 'detailed',
      settings: { channels: result.channels, 'clock period in ps': clockPeriod },
    },
    work,
    time,
    bytes,
    bandwidth: time > 0 ? (bytes * PICOSECONDS_PER_SECOND) / time : 0,
    counts: { cycles, 'cycles of the ideal row stream': ideal },
    commands,
    latencies: [],
    reasons: reasons.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share),
    reasonsOf: 'what the clock periods went into',
    ...(energy === undefined
      ? {}
      : {
          energy: {
            parts: { commands: energy * FEMTOJOULES_PER_JOULE },
            total: energy * FEMTOJOULES_PER_JOULE,
            least: energy * FEMTOJOULES_PER_JOULE,
            most: energy * FEMTOJOULES_PER_JOULE,
            ...energySource(base),
            warnings: ['Energy of commands alone: standby is not in it.'],
          },
        }),
    notes: [
      `The ideal row stream, which only opens, reads and closes rows, takes ${cycles > 0 ? ((ideal / cycles) * 100).toFixed(1) : '0'} % of that; the rest in cycles: ${beyond.join(', ') || 'none'}.`,
      'The bandwidth counts the operands that banks read.',
      ...(energy === undefined ? ['No energy: none is published for the commands of this device.'] : []),
    ],
  };
}

function energySource(base: PimBase): { readonly source: string; readonly confidence: string } {
  if (base.family === 'newton') {
    const { energySource: source = base.device.source } = base.device;
    return { source: source.source, confidence: source.confidence };
  }
  return { source: 'power script of the CENT project, an estimate', confidence: 'secondary' };
}

function product(
  base: Exclude<PimBase, { family: 'attacc' }>,
  { gemv, attention: layer }: MemoryFlags,
  channels: number,
): Computed {
  if (layer !== undefined)
    throw argument(`"${base.name}" takes no --attention`, 'Write --gemv 4096x4096, say.');
  const [M, K] = sides(gemv, '--gemv', ['rows', 'columns'], '4096x4096', channels);
  const shape = { M: M ?? 1, K: K ?? 1, channels };
  const work = { gemv: `${M}x${K}` };
  const bytes = shape.M * shape.K * OPERAND;
  if (base.family === 'aim') {
    return { result: runAim(base.device, aimGemv(base.device, shape), { channels }), work, bytes };
  }
  if (base.family === 'newton') return { result: newtonGemv(base.device, shape), work, bytes };
  return { result: hbmPimGemv(base.device, { out: shape.M, in: shape.K, channels }), work, bytes };
}

function attention(base: Extract<PimBase, { family: 'attacc' }>, flags: MemoryFlags): Computed {
  if (flags.gemv !== undefined) {
    throw argument(
      `"${base.name}" computes attention, and takes no --gemv`,
      'Write --attention 16x2048x128: heads, context, size of a head.',
    );
  }
  const channels = wholeFlag(flags.channels, '--channels', 4096) ?? base.device.channels;
  const [heads = 1, context = 1, headDim = 1] = sides(
    flags.attention,
    '--attention',
    ['heads', 'context', 'size of a head'],
    '16x2048x128',
    channels,
  );
  const device = { ...base.device, channels };
  const layer = { level: 'bank', context, heads, headDim } as const;
  const result = runAttAcc(device, attAccAttention(device, layer), {
    isUniform: isUniformAttention(device, layer),
  });
  return {
    result,
    work: { heads, context, 'size of a head': headDim },
    // Keys and values.
    bytes: 2 * heads * context * headDim * OPERAND,
  };
}

/** `4096x1024` as numbers. */
function sides(
  text: string | undefined,
  flag: string,
  names: readonly string[],
  example: string,
  channels: number,
): readonly number[] {
  if (text === undefined)
    throw argument(`this memory computes in its banks: it needs ${flag}`, `Write ${flag} ${example}.`);
  const parts = text.toLowerCase().split('x');
  const numbers = parts.map((part) => (/^\d{1,8}$/.test(part) ? Number(part) : NaN));
  const isFit = numbers.length === names.length && numbers.every((side) => side >= 1 && side <= MOST_SIDE);
  const operands = numbers.reduce((product, side) => product * side, 1) / channels;
  if (isFit && operands <= MOST_OPERANDS) return numbers;
  if (isFit) {
    throw argument(
      `${flag} ${text}: ${operands} operands of a channel; the most is ${MOST_OPERANDS}`,
      'Take more --channels, or a piece: the time goes with the size.',
    );
  }
  throw argument(
    `${flag} takes ${names.join(' x ')}, each from 1 to ${MOST_SIDE}, got "${text.slice(0, 40)}"`,
    `Write ${flag} ${example}.`,
  );
}
