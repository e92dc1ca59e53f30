import { folderWith, GPT2 } from './files.ts';
import { foreignKit } from './foreign.ts';
import { systole } from './systole.ts';
import type { Outcome } from './systole.ts';
import { typed } from './typed.ts';

let kit: string | undefined;

/** A memory as somebody else may write it: a tape that moves at one speed. */
export const TAPE = `
import { defineComponent, ModelFault, param, SystoleError } from 'KIT';
const tape = defineComponent({
  type: 'memory/tape',
  role: 'memory',
  summary: 'A tape.',
  parameters: {
    rate: param.quantity('bandwidth', 'Rate', { default: '10 GB/s', min: '1 MB/s' }),
    bitEnergy: param.quantity('energyPerBit', 'A bit', { default: '1 pJ/bit' }),
  },
  ports: { port: { help: 'in and out', connections: 64 } },
  accepts: Object.fromEntries(['read', 'write'].map((kind) => [kind, {
    summary: kind, dims: {}, bytes: { min: 1, max: 2 ** 40, help: 'bytes' }, pattern: true, formats: [],
  }])),
  reasons: { wind: 'the tape was wound' },
  actions: { bit: { help: 'a bit', unit: 'bit', energy: ({ bitEnergy }) => bitEnergy } },
  facts: ({ rate }) => ({ capacity: 2 ** 34, bandwidth: rate, minimumLatency: 0, resources: 1 }),
  lowerBound: ({ bytes }, { rate }) => Math.floor((bytes * 1e12) / rate),
  conflicts: () => [],
  create({ values, host, action, reason }) {
    let free = 0;
    const bit = action('bit');
    return {
      accept(token, { bytes }, chunk, chunks) {
        const start = Math.max(free, host.now);
        const end = start + Math.ceil((bytes / chunks) * 1e12 / values.rate);
        host.act(bit, Math.ceil(bytes / chunks) * 8);
        host.occupy(end - start);
        host.finish(token, start, end, end);
        free = end;
      },
      save: (now) => [Math.max(0, free - now)],
      load: ([left = 0], now) => { free = now + left; },
    };
  },
});
export default [tape];
`;

export const CHIP = `
systole: chip/1
name: taper
clock: 1 GHz
components:
  tape: { type: memory/tape }
  array: { type: compute/systolic, rows: 8, columns: 8 }
  vector: { type: compute/vector, adders: 64, multipliers: 64, rangeReduction: 5 }
  sram: { type: memory/sram, capacity: 256 KiB, width: 64 B, banks: 8, ports: read-write }
  xbar: { type: interconnect/crossbar, inputs: 16, outputs: 16, width: 64 B }
connections:
  - { from: sram, to: xbar, lanes: 4 }
  - { from: array, to: xbar, lanes: 4 }
  - { from: vector, to: xbar, lanes: 4 }
  - { from: tape, to: xbar, lanes: 4 }
`;

/** A mapping of a plugin: the one of Systole, which its plan goes through. */
export const MAPPING = `
import { auto, defineMapping, SystoleError } from 'KIT';
const mine = defineMapping({
  name: 'mine',
  summary: 'As auto.',
  options: {},
  citations: [],
  plan(chip, header) {
    const plan = auto.plan(chip, header, {});
    return {
      placement: plan.placement,
      decisions: [],
      stretchesOf: (block) => plan.stretchesOf(block).map((stretch) => ({ key: stretch.key, tasks: () => stretch.tasks() })),
    };
  },
});
export default { name: 'my-mappings', mappings: [mine] };
`;

export const RUN = [
  'run',
  'chip.yaml',
  '--model',
  'gpt2.json',
  '--prompt',
  '1',
  '--generate',
  '1',
  '--csv',
] as const;

export interface Files {
  readonly [name: string]: string;
}

function folderOf(files: Files): string {
  // Made once, by the first test that needs it.
  const address = (kit ??= foreignKit());
  const whole = { 'chip.yaml': CHIP, 'gpt2.json': GPT2, ...files };
  return folderWith(
    Object.fromEntries(Object.entries(whole).map(([name, text]) => [name, text.replaceAll('KIT', address)])),
  );
}

/** Types a command in a folder of these files; in this process, which is quicker. */
export async function type(args: readonly string[], files: Files): Promise<Outcome> {
  return typed(args, folderOf(files));
}

/** As `type`, in a process of its own: for what is about loading a module, and about where something was thrown. */
export function spawn(args: readonly string[], files: Files): Outcome {
  return systole(args, folderOf(files));
}

/** The lines of a result that say how long something takes. */
export function timesOf(csv: string): readonly string[] {
  const lines = csv.split('\n').filter((line) => /time|latency|ps/i.test(line));
  if (lines.length < 4) throw new Error(`a result without times:\n${csv}`);
  return lines;
}

/** One piece of a text put in the place of another, which has to be there. */
export function changed(text: string, found: string, put: string): string {
  if (!text.includes(found)) throw new Error(`"${found}" is not there`);
  return text.replace(found, () => put);
}

/** What is missing from a refusal: its code, a clean message, and all that is expected of it; nothing when all is there. */
export function unmet(
  { code, stdout, stderr }: Outcome,
  ...expected: readonly (string | RegExp)[]
): readonly unknown[] {
  const words = expected.map((part) => (typeof part === 'string' ? new RegExp(part) : part));
  return [
    ...(code === 2 && stdout === '' ? [] : [{ code, stdout, stderr }]),
    ...[/^error \[/, ...words]
      .filter((part) => !part.test(stderr))
      .map((part) => ({ expected: part, stderr })),
    ...(/^ +at |fault:/m.test(stderr) ? [{ unexpected: stderr }] : []),
  ];
}
