import type { DramDevice } from '../device/device.ts';

/** A command of a log, as its line says it. */
export interface CommandEntry {
  readonly tick: number;
  /** Place of the command in `standard.commands`. */
  readonly command: number;
  readonly bank: number;
  /** -1 where the command has none. */
  readonly row: number;
  readonly column: number;
  readonly channel: number;
}

export const COMMAND_LOG_COLUMNS = 'tick,command,channel,bank,row,column';

/** The first lines of a command log: which device it is of, and the columns. */
export function commandLogHead(deviceName: string): string {
  return `# device: ${deviceName}\n${COMMAND_LOG_COLUMNS}\n`;
}

/** The line of one command; row and column are empty where it has none. */
export function commandLogLine(device: DramDevice, entry: CommandEntry): string {
  const { tick, command, channel, bank, row, column } = entry;
  const name = device.standard.commands[command]?.name ?? '';
  return `${tick},${name},${channel},${bank},${row < 0 ? '' : row},${column < 0 ? '' : column}\n`;
}

/** A command log as text, a piece at a time, so that a log of any length takes no memory. */
export function* writeCommandLog(
  deviceName: string,
  device: DramDevice,
  entries: Iterable<CommandEntry>,
): Generator<string, void, undefined> {
  yield commandLogHead(deviceName);
  for (const entry of entries) yield commandLogLine(device, entry);
}

/**
 * Gathers the lines that a command listener is told into pieces of about `size` characters, each of which goes to `write`.
 * `end` writes what is left.
 */
export class CommandLogWriter {
  readonly #device: DramDevice;
  readonly #write: (text: string) => void;
  readonly #size: number;
  #text: string;

  constructor(deviceName: string, device: DramDevice, write: (text: string) => void, size = 1 << 16) {
    this.#device = device;
    this.#write = write;
    this.#size = size;
    this.#text = commandLogHead(deviceName);
  }

  /** A command listener. */
  readonly add = (
    tick: number,
    command: number,
    bank: number,
    row: number,
    column: number,
    channel: number,
  ): void => {
    this.#text += commandLogLine(this.#device, { tick, command, bank, row, column, channel });
    if (this.#text.length < this.#size) return;
    this.#write(this.#text);
    this.#text = '';
  };

  end(): void {
    if (this.#text !== '') this.#write(this.#text);
    this.#text = '';
  }
}
