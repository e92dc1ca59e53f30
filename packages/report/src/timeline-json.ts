import type { Result, Timeline, TimelineEvent } from '@systole/replay';
import { packTracks } from './tracks.ts';

const PROCESS = 1;
const PS_PER_US = 1_000_000;

/**
 * A timeline in the Chrome trace event format, which ui.perfetto.dev and chrome://tracing open: one process for the chip,
 * a thread for each component (more where its chunks overlap, so that slices of a track never do), and threads for
 * the spans of steps and blocks. A slice is the service of one chunk, with its operator, kind, task, chunk and waiting time.
 *
 * `ts` and `dur` are in us with six decimals, which is exact to the ps. Perfetto itself keeps whole ns, so the exact times are also
 * among the arguments. Keeping slices of a track apart, never nested, makes that rounding harmless.
 */
export function timelineJson(result: Result, timeline: Timeline): string {
  const lines: string[] = [
    metadata('process_name', 0, { name: `${result.chip.name}: ${result.workload.name}` }),
  ];
  let thread = 0;
  const addTracks = <T extends { readonly start: number; readonly end: number }>(
    name: string,
    items: readonly T[],
    slice: (item: T, thread: number) => string,
  ): void => {
    for (const [index, track] of packTracks(items).entries()) {
      thread++;
      lines.push(
        metadata('thread_name', thread, { name: index === 0 ? name : `${name} (${index + 1})` }),
        metadata('thread_sort_index', thread, { sort_index: thread }),
      );
      for (const item of track) lines.push(slice(item, thread));
    }
  };

  addTracks('steps and blocks', timeline.spans, (span, tid) =>
    slice(span.name, 'span', tid, span.start, span.end, {}),
  );
  for (const [component, events] of eventsByComponent(result, timeline))
    addTracks(component, events, chunkSlice);

  const other = JSON.stringify({
    chip: result.chip.name,
    workload: result.workload.name,
    mapping: result.mapping.name,
    inputsHash: result.inputsHash,
    truncated: timeline.truncated,
  });
  return `{"displayTimeUnit":"ns","otherData":${other},"traceEvents":[\n${lines.join(',\n')}\n]}\n`;
}

/** Events of each component that has some: the chip's order first, then whatever else the timeline names. */
export function eventsByComponent(
  result: Result,
  timeline: Timeline,
): ReadonlyMap<string, readonly TimelineEvent[]> {
  const lanes = new Map<string, TimelineEvent[]>();
  for (const component of result.components) lanes.set(component.name, []);
  for (const event of timeline.events) {
    const lane = lanes.get(event.component);
    if (lane === undefined) lanes.set(event.component, [event]);
    else lane.push(event);
  }
  return new Map([...lanes].filter(([, events]) => events.length > 0));
}

function chunkSlice(event: TimelineEvent, tid: number): string {
  return slice(event.operator, event.kind, tid, event.start, event.end, {
    operator: event.operator,
    kind: event.kind,
    task: event.task,
    step: event.step,
    chunk: event.chunk,
    waiting_ps: event.start - event.accepted,
    start_ps: event.start,
    duration_ps: event.end - event.start,
  });
}

function metadata(name: string, tid: number, args: Readonly<Record<string, string | number>>): string {
  return JSON.stringify({ ph: 'M', pid: PROCESS, tid, name, args });
}

function slice(
  name: string,
  category: string,
  tid: number,
  start: number,
  end: number,
  args: Readonly<Record<string, string | number>>,
): string {
  const head = JSON.stringify({ ph: 'X', pid: PROCESS, tid, name, cat: category }).slice(0, -1);
  return `${head},"ts":${microseconds(start)},"dur":${microseconds(end - start)},"args":${JSON.stringify(args)}}`;
}

/** Decimal text, since dividing would round: all of 2^53 ps is exact this way. */
function microseconds(ps: number): string {
  const whole = Math.floor(ps / PS_PER_US);
  const rest = ps - whole * PS_PER_US;
  return rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(6, '0').replace(/0+$/, '')}`;
}
