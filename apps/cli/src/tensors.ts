import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { SystoleError, nearestName } from '@systole/core';
import { DISTRIBUTIONS, openSafetensors, safetensorsSource, seededTensors } from '@systole/trace';
import type { ByteSource, TensorSource } from '@systole/trace';
import { checkRegularFile } from './files.ts';
import { argument } from './inputs.ts';

const SEEDED = /^([a-z]+)(?::(.*))?$/;

/** Tensors that a run computes on, and what has to be done when it is over. */
export interface OpenTensors {
  readonly source: TensorSource;
  close(): void;
}

/**
 * Opens what `--tensors` names: a safetensors file, or a distribution with a seed (`normal`, `outliers:7`). Throws
 * `argument/invalid`, `file/not-found`, `file/unreadable`, `file/wrong-kind` or `tensor/invalid`.
 */
export function openTensors(text: string): OpenTensors {
  const [, name, seed] = SEEDED.exec(text) ?? [];
  const distribution = DISTRIBUTIONS.find((known) => known === name);
  if (distribution !== undefined) {
    return { source: seededTensors(distribution, readSeed(seed, distribution)), close: () => {} };
  }
  if (!existsSync(text)) {
    const nearest = nearestName(name ?? text, DISTRIBUTIONS);
    throw new SystoleError({
      code: 'file/not-found',
      message: 'there is no such file of tensors',
      place: { file: text },
      hint:
        nearest === undefined
          ? '--tensors takes a safetensors file, normal, normal:<seed>, outliers or outliers:<seed>.'
          : `Did you mean --tensors ${nearest}?`,
    });
  }
  const file = openFile(text);
  try {
    return { source: safetensorsSource(openSafetensors(file)), close: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

function readSeed(text: string | undefined, distribution: string): number {
  if (text === undefined) return 1;
  const seed = Number(text);
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(seed)) return seed;
  throw argument(
    `the seed of --tensors is a whole number from 0 on, got "${text.slice(0, 40)}"`,
    `Write --tensors ${distribution}:1.`,
  );
}

/** A file that is read where it is asked for, so that a tensor of a large one costs no more than itself. */
export function openFile(path: string): ByteSource & { close(): void } {
  const size = checkRegularFile(path);
  const handle = guarded(path, () => openSync(path, 'r'));
  return {
    name: path,
    size,
    read(offset, length) {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const count = guarded(path, () => readSync(handle, bytes, done, length - done, offset + done));
        if (count === 0) throw unreadable(path, `it ends at byte ${offset + done}`);
        done += count;
      }
      return bytes;
    },
    close: () => closeSync(handle),
  };
}

function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SystoleError) throw error;
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
}

function unreadable(path: string, reason: string): SystoleError {
  return new SystoleError({
    code: 'file/unreadable',
    message: `the file cannot be read: ${reason}`,
    place: { file: path },
  });
}
