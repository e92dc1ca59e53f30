import { resultJson } from './result-json.ts';
import type { ComparedRun } from './run.ts';

/**
 * Runs as a JSON list in their order: `{label, result}`, and `{label, refused}` with the problems (code, message, hint,
 * place) of a run that could not be made.
 */
export function compareJson(runs: readonly ComparedRun[]): string {
  const entries = runs.map((run) => {
    const [key, value] =
      'result' in run ? ['result', resultJson(run.result)] : ['refused', JSON.stringify(run.refused)];
    return `{"label":${JSON.stringify(run.label)},"${key}":${value}}`;
  });
  return `[${entries.join(',\n')}]\n`;
}
