import type {
  ActionSummary,
  ComponentSummary,
  Duration,
  OperatorSummary,
  PathShare,
  Result,
  Timeline,
  TimelineEvent,
} from '@systole/replay';

// Shaped like GPT-2 XL (48 layers, 1600 wide, 25 heads, 50257 words) on a GDDR6 chip that computes in its banks.
// The times are made up: they only have to be of the right size and to add up.
const LAYERS = 48;
const WIDTH = 1600;
const VOCABULARY = 50257;
const CLOCK_HZ = 1e9;
const BYTES_PER_NUMBER = 2;

interface KindShape {
  readonly kind: string;
  /** Instances in one step. */
  readonly each: number;
  /** ps in one step: fixed, and per position of context. */
  readonly ps: number;
  readonly psPerPosition: number;
  /** MACs in one step: fixed, and per position of context. */
  readonly macs: number;
  readonly macsPerPosition: number;
  readonly bytes: number;
  /** Reasons by component: relative weights. */
  readonly path: readonly (readonly [component: string, reason: string, weight: number])[];
}

const MATMUL = [
  ['dram', 'service', 60],
  ['dram', 'row', 16],
  ['dram', 'refresh', 4],
  ['mac', 'service', 8],
  ['xbar', 'service', 9],
  ['sram', 'service', 3],
] as const;
const VECTOR = [
  ['vector', 'service', 70],
  ['sram', 'service', 18],
  ['xbar', 'queue', 7],
  ['mapping', 'launch', 5],
] as const;

function matmul(kind: string, rows: number, columns: number, each: number): KindShape {
  const macs = rows * columns * each;
  return {
    kind,
    each,
    ps: Math.round(macs / 1.8),
    psPerPosition: 0,
    macs,
    macsPerPosition: 0,
    bytes: macs * BYTES_PER_NUMBER + (rows + columns) * BYTES_PER_NUMBER * each,
    path: MATMUL,
  };
}

function vector(kind: string, each: number, ps: number, psPerPosition = 0): KindShape {
  return {
    kind,
    each,
    ps: ps * each,
    psPerPosition: psPerPosition * each,
    macs: 0,
    macsPerPosition: 0,
    bytes: each * WIDTH * BYTES_PER_NUMBER * 2,
    path: VECTOR,
  };
}

function attention(kind: string): KindShape {
  return {
    kind,
    each: LAYERS,
    ps: LAYERS * 210_000,
    psPerPosition: LAYERS * 900,
    macs: 0,
    macsPerPosition: LAYERS * WIDTH,
    bytes: LAYERS * WIDTH * BYTES_PER_NUMBER * 4,
    path: MATMUL,
  };
}

const KINDS: readonly KindShape[] = [
  vector('embedding', 1, 240_000),
  vector('layernorm', 2 * LAYERS + 1, 310_000),
  matmul('matmul-qkv', WIDTH, 3 * WIDTH, LAYERS),
  vector('kv-append', LAYERS, 96_000),
  attention('attention-score'),
  vector('scale-mask', LAYERS, 24_000, 55),
  vector('softmax', LAYERS, 180_000, 340),
  attention('attention-value'),
  matmul('matmul-projection', WIDTH, WIDTH, LAYERS),
  vector('residual-add', 2 * LAYERS, 51_000),
  matmul('matmul-up', WIDTH, 4 * WIDTH, LAYERS),
  vector('gelu', LAYERS, 205_000),
  matmul('matmul-down', 4 * WIDTH, WIDTH, LAYERS),
  matmul('lm-head', WIDTH, VOCABULARY, 1),
  vector('sample', 1, 410_000),
];

export interface SampleOptions {
  readonly steps?: number;
  readonly chip?: string;
  readonly workload?: string;
  /** Scales all times, for comparisons. */
  readonly slowdown?: number;
}

function duration(ps: number): Duration {
  return { ps, cycles: Math.round((ps * CLOCK_HZ) / 1e12) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Splits `ps` by weight into whole parts that add up to it. */
function split(ps: number, path: KindShape['path']): PathShare[] {
  const weights = sum(path.map(([, , weight]) => weight));
  let left = ps;
  return path.map(([component, reason, weight], index) => {
    const part = index === path.length - 1 ? left : Math.floor((ps * weight) / weights);
    left -= part;
    const help = HELP[reason] ?? reason;
    return { component, reason, help, ps: part, share: ps === 0 ? 0 : part / ps };
  });
}

const HELP: Readonly<Record<string, string>> = {
  service: 'Serving the request.',
  queue: 'Waiting for an earlier request.',
  row: 'Closing a row and opening another.',
  refresh: 'Refreshing rows.',
  launch: 'Starting the task.',
};

/** A result as the engine would give it for generating `steps` tokens from a prompt of one. */
export function sampleResult(options: SampleOptions = {}): Result {
  const { steps = 1024, chip = 'pim-gpt', workload = 'gpt2-xl', slowdown = 1 } = options;
  const stepPs = (shape: KindShape, step: number): number =>
    Math.round((shape.ps + shape.psPerPosition * (step + 1)) * slowdown);
  const perStep = Array.from({ length: steps }, (_, step) => sum(KINDS.map((shape) => stepPs(shape, step))));
  const total = sum(perStep);
  const seconds = total / 1e12;

  const kindPs = KINDS.map((shape) => sum(perStep.map((_, step) => stepPs(shape, step))));
  const positions = (steps * (steps + 1)) / 2;
  const kindMacs = KINDS.map((shape) => shape.macs * steps + shape.macsPerPosition * positions);
  const kindBytes = KINDS.map((shape, index) => {
    const stored = shape.macsPerPosition === 0 ? 0 : (kindMacs[index] ?? 0) * BYTES_PER_NUMBER;
    return shape.bytes * steps + stored;
  });
  const macs = sum(kindMacs);

  const components = sampleComponents(macs, total, seconds);
  const dynamicFj = sum(components.map((component) => component.dynamicFj));
  const staticFj = sum(components.map((component) => component.staticFj));
  const kindWeight = KINDS.map((_, index) => (kindBytes[index] ?? 0) / sum(kindBytes));

  const operators = KINDS.map((shape, index): OperatorSummary => {
    const ps = kindPs[index] ?? 0;
    const dynamic = dynamicFj * (kindWeight[index] ?? 0);
    const path = split(ps, shape.path);
    return {
      kind: shape.kind,
      count: shape.each * steps,
      ps,
      share: total === 0 ? 0 : ps / total,
      macs: kindMacs[index] ?? 0,
      bytes: kindBytes[index] ?? 0,
      dynamicFj: dynamic,
      totalFj: dynamic + (total === 0 ? 0 : (staticFj * ps) / total),
      path,
    };
  });

  const byReason = new Map<string, PathShare>();
  for (const part of operators.flatMap((operator) => operator.path)) {
    const key = `${part.component}/${part.reason}`;
    const ps = (byReason.get(key)?.ps ?? 0) + part.ps;
    byReason.set(key, { ...part, ps, share: total === 0 ? 0 : ps / total });
  }

  const decode = perStep.slice(1);
  return {
    format: 'systole-result',
    version: 1,
    chip: {
      name: chip,
      summary: 'GDDR6 with a MAC unit in every bank and a vector unit on the die beside it',
      hash: '6b1f0c9ad27e4455',
      clockHz: CLOCK_HZ,
    },
    workload: {
      name: workload,
      model: 'GPT-2 XL',
      parameters: 1_557_611_200,
      prompt: 1,
      generate: steps,
      batch: 1,
      weights: 'bf16',
      kv: 'bf16',
      activations: 'bf16',
    },
    mapping: {
      name: 'pim-gpt',
      options: { lmHead: 'pim', concatenateHeads: true },
      placement: [
        { memory: 'dram', what: 'weights', bytes: 3_115_222_400, capacity: 8 * 2 ** 30 },
        { memory: 'dram', what: 'KV cache', bytes: steps * LAYERS * 2 * WIDTH * 2, capacity: 8 * 2 ** 30 },
        { memory: 'sram', what: 'activations', bytes: 51_200, capacity: 128 * 1024 },
      ],
      decisions: [
        'Heads are concatenated, so that a row holds one column of keys.',
        'lm-head runs in memory.',
      ],
    },
    inputsHash: '0f43a7710bd29c1e',
    time: {
      total: { ...duration(total), exactPs: String(total) },
      steps,
      tokens: steps,
      first: duration(perStep[0] ?? 0),
      last: duration(perStep.at(-1) ?? 0),
      mean: duration(steps === 0 ? 0 : total / steps),
      ...(decode.length === 0 ? {} : { meanDecode: duration(sum(decode) / decode.length) }),
      tokensPerSecond: seconds === 0 ? 0 : steps / seconds,
      perStep,
    },
    energy: {
      totalFj: dynamicFj + staticFj,
      dynamicFj,
      staticFj,
      perTokenFj: steps === 0 ? 0 : (dynamicFj + staticFj) / steps,
      averageWatts: seconds === 0 ? 0 : (dynamicFj + staticFj) / 1e15 / seconds,
    },
    components,
    operators,
    criticalPath: [...byReason.values()].sort((a, b) => b.ps - a.ps),
    bounds: {
      step: Math.floor((steps - 1) / 2),
      ps: 1.5e9,
      components: [
        { component: 'dram', ps: 0.15e9, gain: 0.9 },
        { component: 'vector', ps: 1.41e9, gain: 0.06 },
        { component: 'sram', ps: 1.47e9, gain: 0.02 },
      ],
    },
    engine: { operators: 914 * steps, stretches: steps * LAYERS, events: 61_204 },
    accuracy: [
      {
        component: 'dram',
        fastErrorShare: 0.021,
        basis: 'against the detailed level, 400 random transactions',
        confidence: { standard: 6, secondary: 9, recalled: 2, inferred: 1 },
        weak: [
          {
            parameter: 'tRFC',
            value: '455 ns',
            source: { source: 'GDDR6 data sheets', confidence: 'recalled' },
          },
          {
            parameter: 'refreshCurrent',
            value: '277 mA',
            source: { source: 'IDD5B', confidence: 'inferred', note: 'scaled from 16 Gb' },
          },
          { parameter: 'channels', value: '8' },
        ],
      },
      { component: 'vector', confidence: { published: 7, inferred: 3 }, weak: [] },
    ],
  };
}

function action(name: string, help: string, unit: string, count: number, fjPerAction: number): ActionSummary {
  const whole = Math.round(count);
  return { action: name, help, unit, count: String(whole), fjPerAction, totalFj: whole * fjPerAction };
}

function sampleComponents(macs: number, total: number, seconds: number): ComponentSummary[] {
  const bytes = macs * BYTES_PER_NUMBER;
  return [
    component({
      name: 'dram',
      type: 'memory/dram',
      role: 'memory',
      resources: 8,
      utilisation: 0.812,
      total,
      bytes,
      macs: 0,
      watts: 0.35,
      seconds,
      actions: [
        action('activate', 'Opens a row in one bank.', 'activation', bytes / 2048, 909_000),
        action('column-read', 'Reads 32 B of an open row.', 'burst', bytes / 32, 12_400),
        action('refresh', 'Refreshes all banks of a channel.', 'refresh', seconds * 8 * 526_315, 38_000_000),
        action('io', 'Moves a bit over the pins.', 'bit', bytes / 90, 5_500),
      ],
      rowHitRate: 0.984,
      facts: { capacity: 8 * 2 ** 30, bandwidth: 448e9, internalBandwidth: 8 * 16 * 32e9 },
      statistics: [
        { name: 'row-hits', help: 'Accesses to an open row.', unit: 'access', value: Math.round(bytes / 32) },
      ],
    }),
    component({
      name: 'mac',
      type: 'compute/pim-bank',
      role: 'compute',
      resources: 128,
      utilisation: 0.704,
      total,
      bytes,
      macs,
      watts: 0,
      seconds,
      actions: [action('mac', 'Multiplies and adds two BF16 numbers.', 'MAC', macs, 850)],
      facts: { macsPerSecond: { bf16: 4.096e12, fp16: 4.096e12 } },
      statistics: [],
    }),
    component({
      name: 'sram',
      type: 'memory/sram',
      role: 'memory',
      resources: 1,
      utilisation: 0.153,
      total,
      bytes: bytes / 200,
      macs: 0,
      watts: 0.012,
      seconds,
      actions: [action('read', 'Reads a word.', 'word', bytes / 400, 1_900)],
      facts: { capacity: 128 * 1024, bandwidth: 128e9 },
      statistics: [],
    }),
    component({
      name: 'xbar',
      type: 'interconnect/crossbar',
      role: 'interconnect',
      resources: 9,
      utilisation: 0.064,
      total,
      bytes: bytes / 150,
      macs: 0,
      watts: 0,
      seconds,
      actions: [action('traversal', 'Moves a bit from an input to an output.', 'bit', bytes / 20, 41)],
      facts: { bandwidth: 512e9 },
      statistics: [],
    }),
    component({
      name: 'vector',
      type: 'compute/vector',
      role: 'compute',
      resources: 1,
      utilisation: 0.247,
      total,
      bytes: bytes / 300,
      macs: 0,
      watts: 0.0302,
      seconds,
      actions: [action('operation', 'Adds or multiplies.', 'operation', bytes / 250, 1_310)],
      facts: { operationsPerSecond: 5.12e11 },
      statistics: [],
    }),
  ];
}

interface ComponentShape {
  readonly name: string;
  readonly type: string;
  readonly role: ComponentSummary['role'];
  readonly resources: number;
  readonly utilisation: number;
  readonly total: number;
  readonly bytes: number;
  readonly macs: number;
  readonly watts: number;
  readonly seconds: number;
  readonly actions: readonly ActionSummary[];
  readonly rowHitRate?: number;
  readonly facts: ComponentSummary['facts'];
  readonly statistics: ComponentSummary['statistics'];
}

function component(shape: ComponentShape): ComponentSummary {
  const dynamicFj = sum(shape.actions.map((entry) => entry.totalFj));
  const staticFj = shape.watts * shape.seconds * 1e15;
  const { name, type, role, resources, actions, facts, statistics, rowHitRate } = shape;
  return {
    name,
    type,
    role,
    utilisation: shape.total === 0 ? 0 : shape.utilisation,
    resources,
    busyPs: Math.round(shape.utilisation * shape.total * resources),
    bytes: Math.round(shape.bytes),
    usefulMacs: shape.macs,
    paddedMacs: Math.round(shape.macs * 0.018),
    dynamicFj,
    staticFj,
    totalFj: dynamicFj + staticFj,
    actions,
    statistics,
    ...(rowHitRate === undefined ? {} : { rowHitRate }),
    facts,
  };
}

/** A timeline of the first layers of a step: chunks that stream from the banks over the crossbar, two in flight. */
export function sampleTimeline(layers = 3): Timeline {
  const events: TimelineEvent[] = [];
  const spans: { name: string; start: number; end: number }[] = [];
  let now = 0;
  const emit = (
    component: string,
    kind: string,
    operator: string,
    chunk: number,
    start: number,
    length: number,
  ): number => {
    const accepted = Math.max(0, start - 1_750 * (chunk % 3));
    const end = start + length;
    events.push({ component, operator, kind, task: `${operator}.0`, step: 0, chunk, accepted, start, end });
    return end;
  };
  for (let layer = 0; layer < layers; layer++) {
    const begin = now;
    for (const shape of KINDS) {
      if (shape.each < LAYERS) continue;
      const operator = `layer${layer}.${shape.kind}`;
      if (shape.macs + shape.macsPerPosition > 0) {
        const chunks = 8;
        const length = Math.round(shape.ps / shape.each / chunks) + 1;
        for (let chunk = 0; chunk < chunks; chunk++) {
          const end = emit('dram', shape.kind, operator, chunk, now + chunk * length, length);
          emit('mac', shape.kind, operator, chunk, end - length + 2_000, length);
          emit('xbar', shape.kind, operator, chunk, end + 500, Math.round(length / 9));
        }
        now += chunks * length + 4_000;
      } else {
        const length = Math.round(shape.ps / shape.each);
        const read = emit('sram', shape.kind, operator, 0, now, Math.round(length / 5));
        now = emit('vector', shape.kind, operator, 0, read, length);
      }
    }
    spans.push({ name: `layer ${layer}`, start: begin, end: now });
  }
  spans.unshift({ name: 'step 0', start: 0, end: now });
  return { events, truncated: true, spans };
}
