import { suggestName, SystoleError } from '@systole/core';
import type { DramDevice } from '../device/device.ts';
import { COMMAND_LOG_COLUMNS } from './write-command-log.ts';
import type { CommandEntry } from './write-command-log.ts';

const DEVICE_LINE = /^#\s*device:\s*(\S.*?)\s*$/;
/** Lines are short; what is longer is no command log. */
const MAX_LINE = 4096;

/**
 * Reads a command log from pieces of text, in constant memory: a line `# device: <name>`, the line of the columns, and a line
 * `tick,command,channel,bank,row,column` for each command, where row and column may be empty. Other lines that begin with `#`
 * and empty lines are skipped. Bad text throws `trace/invalid` with its line and column.
 */
export class CommandLogReader {
  #device: DramDevice | undefined;
  #commands = new Map<string, number>();
  readonly #deviceOf: (name: string) => DramDevice;
  readonly #onCommand: (entry: CommandEntry, device: DramDevice) => void;
  readonly #file: string | undefined;
  #rest = '';
  #line = 0;
  #hasColumns = false;
  #lastTick = 0;

  /**
   * @param deviceOf Finds a device by its name in the log; may throw what it wants said where there is none.
   * @param file Named in errors.
   */
  constructor(
    deviceOf: (name: string) => DramDevice,
    onCommand: (entry: CommandEntry, device: DramDevice) => void,
    file?: string,
  ) {
    this.#deviceOf = deviceOf;
    this.#onCommand = onCommand;
    this.#file = file;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#read(line);
    if (this.#rest.length > MAX_LINE) this.#refuse('a line is longer than 4096 characters', 1);
  }

  end(): void {
    if (this.#rest !== '') this.#read(this.#rest);
    this.#rest = '';
    if (!this.#hasColumns) this.#refuse('there is no line of columns', 1);
  }

  #read(raw: string): void {
    this.#line++;
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.trim() === '') return;
    if (line.startsWith('#')) {
      const name = DEVICE_LINE.exec(line)?.[1];
      if (name !== undefined) this.#setDevice(name);
      return;
    }
    if (!this.#hasColumns) {
      if (line.replaceAll(' ', '') !== COMMAND_LOG_COLUMNS) {
        this.#refuse(`expected the columns ${COMMAND_LOG_COLUMNS}, found "${line.slice(0, 60)}"`, 1);
      }
      this.#hasColumns = true;
      return;
    }
    this.#readCommand(line);
  }

  #setDevice(name: string): void {
    if (this.#device !== undefined) this.#refuse('a second device', 1);
    const device = this.#deviceOf(name);
    this.#device = device;
    this.#commands = new Map(device.standard.commands.map((command, index) => [command.name, index]));
  }

  #readCommand(line: string): void {
    const device = this.#device;
    if (device === undefined) return this.#refuse('a command before the line "# device: <name>"', 1);
    const cells = line.split(',');
    if (cells.length !== 6) return this.#refuse(`expected 6 columns, found ${cells.length}`, 1);
    const [tickText = '', name = '', channelText = '', bankText = '', rowText = '', columnText = ''] = cells;
    const starts = cells.map((_, index) => cells.slice(0, index).join(',').length + (index === 0 ? 1 : 2));
    const command = this.#commands.get(name.trim());
    if (command === undefined) {
      const names = [...this.#commands.keys()];
      return this.#refuse(
        `${device.standard.name} has no command "${name.slice(0, 40)}"`,
        starts[1] ?? 1,
        suggestName(name.trim(), names),
      );
    }
    const tick = this.#number(tickText, 'tick', starts[0] ?? 1);
    if (tick < this.#lastTick) {
      this.#refuse(`tick ${tick} after tick ${this.#lastTick}: commands are in the order of time`, 1);
    }
    this.#lastTick = tick;
    this.#onCommand(
      {
        tick,
        command,
        channel: this.#number(channelText, 'channel', starts[2] ?? 1),
        bank: this.#number(bankText, 'bank', starts[3] ?? 1),
        row: rowText.trim() === '' ? -1 : this.#number(rowText, 'row', starts[4] ?? 1),
        column: columnText.trim() === '' ? -1 : this.#number(columnText, 'column', starts[5] ?? 1),
      },
      device,
    );
  }

  #number(text: string, what: string, column: number): number {
    const value = /^\s*\d+\s*$/.test(text) ? Number(text) : NaN;
    if (Number.isSafeInteger(value)) return value;
    return this.#refuse(`expected a whole number as ${what}, found "${text.slice(0, 40)}"`, column);
  }

  #refuse(message: string, column: number, hint?: string): never {
    throw new SystoleError({
      code: 'trace/invalid',
      message: `command log: ${message}`,
      place: {
        ...(this.#file === undefined ? {} : { file: this.#file }),
        line: Math.max(1, this.#line),
        column,
      },
      hint: hint ?? 'Logs of systole memory --commands have this form.',
    });
  }
}
