import { SystoleError } from '@systole/core';

/** What a file that Systole reads can be. */
export type InputKind = 'chip' | 'workload' | 'model' | 'trace' | 'result';

const NAMES: Readonly<Record<InputKind, string>> = {
  chip: 'a chip',
  workload: 'a workload',
  model: "a model's config.json",
  trace: 'a recorded trace',
  result: 'a result',
};

/** How each kind is given, for who gave it in the place of another. */
const WAYS: Readonly<Record<InputKind, string>> = {
  chip: 'A chip comes first: systole run <chip> <workload>.',
  workload: 'A workload comes after the chip: systole run <chip> <workload>.',
  model: 'Give it with --model, in place of a workload: systole run <chip> --model config.json.',
  trace: 'A trace comes after the chip: systole run <chip> trace.jsonl.',
  result: 'Hold it against another result: systole diff before.json after.json.',
};

/** What the beginning of a file looks like; `undefined` where it gives nothing away. */
function guessKind(text: string): InputKind | undefined {
  if (/^\s*\{\s*"format"\s*:\s*"systole-trace"/.test(text)) return 'trace';
  // Its keys are sorted, so that its format stands behind much else.
  if (/^\s*\{[^]*"format"\s*:\s*"systole-result"/.test(text)) return 'result';
  if (/^\s*\{\s*"accuracy"\s*:\s*\[\s*\{\s*"basis"/.test(text)) return 'result';
  if (/^\s*\{/.test(text)) return /"model_type"\s*:/.test(text) ? 'model' : undefined;
  if (/^systole\s*:\s*["']?chip\//m.test(text)) return 'chip';
  return /^model\s*:/m.test(text) && /^(?:prompt|generate)\s*:/m.test(text) ? 'workload' : undefined;
}

/**
 * Refuses a file that is plainly of another kind, so that its reader need not complain of everything in it. Throws
 * `file/wrong-kind`.
 */
export function refuseOtherKind(text: string, file: string, expected: InputKind): void {
  const kind = guessKind(text);
  if (kind === undefined || kind === expected) return;
  throw new SystoleError({
    code: 'file/wrong-kind',
    message: `this is ${NAMES[kind]}, expected ${NAMES[expected]}`,
    place: { file, line: 1, column: 1 },
    hint:
      expected === 'result'
        ? `A result is what systole run --out result.json writes. ${WAYS[kind]}`
        : WAYS[kind],
  });
}
