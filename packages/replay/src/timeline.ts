import type { Recorder, Stage, Task } from '@systole/core';
import type { MappedTask } from '@systole/mapping';
import type { TraceBlock } from '@systole/trace';
import type { Timeline, TimelineEvent } from './result.ts';

export interface TimelineOptions {
  /** Steps to record. */
  readonly steps: readonly number[];
  /** The most events to keep. Default 20,000. */
  readonly maxEvents?: number;
}

/** Keeps an excerpt of what happens when. Recording changes no result. */
export class TimelineRecorder implements Recorder {
  readonly #steps: ReadonlySet<number>;
  readonly #maxEvents: number;
  readonly #names: readonly string[];
  readonly #events: TimelineEvent[] = [];
  readonly #spans: { name: string; start: number; end: number }[] = [];
  #truncated = false;
  #block: TraceBlock | undefined;
  #instance = 0;
  #offset = 0;

  /** `names` are the components, in the order of the machine's parts. */
  constructor(names: readonly string[], options: TimelineOptions) {
    this.#names = names;
    this.#steps = new Set(options.steps);
    this.#maxEvents = options.maxEvents ?? 20_000;
  }

  /** Whether a step is to be recorded, and there is room left. */
  wants(step: number): boolean {
    if (!this.#steps.has(step)) return false;
    if (this.#events.length >= this.#maxEvents) this.#truncated = true;
    return !this.#truncated;
  }

  beginBlock(block: TraceBlock, instance: number): void {
    this.#block = block;
    this.#instance = instance;
  }

  /** `offset` is the time from the start of the run to the start of the stretch. */
  beginStretch(offset: number): void {
    this.#offset = offset;
  }

  endBlock(start: number, end: number): void {
    const block = this.#block;
    if (block === undefined) return;
    const name = block.repeat > 1 ? `${block.name} ${this.#instance}` : block.name;
    this.#spans.push({ name: `step ${block.step}: ${name}`, start, end });
  }

  chunk(
    task: Task,
    stage: Stage,
    chunk: number,
    accepted: number,
    started: number,
    _first: number,
    ended: number,
  ): void {
    if (this.#events.length >= this.#maxEvents) {
      this.#truncated = true;
      return;
    }
    const operator = this.#block?.operators[(task as MappedTask).operator];
    this.#events.push({
      component: this.#names[stage.component] ?? '?',
      operator:
        this.#block !== undefined && this.#block.repeat > 1
          ? `${this.#instance}.${operator?.id}`
          : `${operator?.id}`,
      kind: stage.transaction.kind,
      task: task.name,
      step: this.#block?.step ?? 0,
      chunk,
      accepted: this.#offset + accepted,
      start: this.#offset + started,
      end: this.#offset + ended,
    });
  }

  timeline(): Timeline {
    return { events: this.#events, truncated: this.#truncated, spans: this.#spans };
  }
}
