import type { Place } from '@systole/core';
import { suggestName, SystoleError } from '@systole/core';
import { findFormat, formatNames } from '@systole/numerics';
import type { ModelConfig } from './model-config.ts';
import type { Workload } from './trace.ts';
import { MAX_COUNT } from './trace-limits.ts';

/** The most sequences that may run together. */
export const MAX_BATCH = 2 ** 20;

/**
 * Checks a workload by itself and against the model: counts, formats, and whether the context holds it. The last
 * generated token is not fed back, so `prompt + generate - 1` tokens have to fit.
 *
 * @param placeOf where a field of the workload was read from.
 * @throws SystoleError `workload/invalid`.
 */
export function checkWorkload(
  config: ModelConfig,
  workload: Workload,
  placeOf: (field: string) => Place = () => ({}),
): void {
  const fault = (message: string, field: string, hint?: string): SystoleError =>
    new SystoleError({
      code: 'workload/invalid',
      message,
      place: placeOf(field),
      ...(hint === undefined ? {} : { hint }),
    });

  const limits = { prompt: MAX_COUNT, generate: MAX_COUNT, batch: MAX_BATCH } as const;
  for (const field of ['prompt', 'generate', 'batch'] as const) {
    const value = workload[field];
    if (!Number.isInteger(value) || value < 1 || value > limits[field]) {
      throw fault(`${field} has to be a whole number from 1 to ${limits[field]}, not ${value}`, field);
    }
  }
  for (const field of ['weights', 'kv', 'activations'] as const) {
    const name = workload[field];
    if (findFormat(name) === undefined) {
      const known = formatNames();
      throw fault(
        `${field}: there is no number format "${name.slice(0, 40)}"`,
        field,
        suggestName(name, known),
      );
    }
  }

  const { prompt, generate } = workload;
  const context = prompt + generate - 1;
  if (context > config.maxContext) {
    const room = config.maxContext - prompt + 1;
    throw fault(
      `a prompt of ${prompt} and ${generate} generated tokens need a context of ${context}; ${config.name} has ${config.maxContext}`,
      prompt > config.maxContext ? 'prompt' : 'generate',
      room >= 1
        ? `Generate at most ${room} tokens after this prompt.`
        : `Take a prompt of at most ${config.maxContext} tokens.`,
    );
  }
}
