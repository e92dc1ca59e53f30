import type { Trace } from './trace.ts';

/**
 * The lines of a trace file (JSON Lines), without line ends and one at a time: the header; for each block a line
 * `{"block":…}` and a line `{"op":…}` for each of its operators; at last `{"end":{"blocks":…,"operators":…}}`, which
 * tells a reader that nothing is missing.
 */
export function* writeTraceLines(trace: Trace): Generator<string, void> {
  yield JSON.stringify(trace.header);
  let blocks = 0;
  let written = 0;
  for (const { operators, ...block } of trace.blocks()) {
    yield JSON.stringify({ block });
    for (const op of operators) yield JSON.stringify({ op });
    blocks += 1;
    written += operators.length;
  }
  yield JSON.stringify({ end: { blocks, operators: written } });
}
