import { closeSync, openSync, writeSync } from 'node:fs';
import { SystoleError } from '@systole/core';
import { CommandLogWriter } from '@systole/memory';
import type { CommandListener, DramDevice } from '@systole/memory';
import { checkWritable, makeFoldersOf } from '../files.ts';

/** A command log that is written to a file as commands are issued: it takes no memory. */
export interface CommandFile {
  readonly add: CommandListener;
  close(): void;
}

/** Opens a command log. Throws `file/unreadable` where it cannot be written. */
export function openCommandFile(path: string, deviceName: string, device: DramDevice): CommandFile {
  checkWritable(path);
  makeFoldersOf(path);
  const file = attempt(path, () => openSync(path, 'w'));
  const write = (text: string): void => {
    const bytes = Buffer.from(text);
    attempt(path, () => {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    });
  };
  const writer = new CommandLogWriter(deviceName, device, write);
  return {
    add: writer.add,
    close: () => {
      try {
        writer.end();
      } finally {
        closeSync(file);
      }
    },
  };
}

function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new SystoleError({
      code: 'file/unreadable',
      message: `the file cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      place: { file: path },
      hint: 'Choose another path.',
    });
  }
}
