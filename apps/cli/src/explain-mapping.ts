import type { OperatorAlternative, OperatorDecision } from '@systole/mapping';
import { listText } from '@systole/report';
import { formatQuantity } from '@systole/units';

/** What a mapping chose for each kind of operator, with the alternatives and their cost, for a terminal. */
export function explainMappingText(
  mapping: string,
  decisions: readonly OperatorDecision[] | undefined,
): string {
  if (decisions === undefined)
    return `Mapping "${mapping}" has one way for each operator; there was nothing to choose.`;
  const rows = decisions.flatMap(({ kind, example, unit, tiling, ps, alternatives }) => [
    { operator: kind, example, '': 'chosen', unit, tiling, 'time alone': formatQuantity(ps, 'time') },
    ...alternatives.map((alternative) => ({
      operator: '',
      example: '',
      '': alternative.ps === undefined && alternative.bound === undefined ? 'not possible' : 'passed over',
      unit: alternative.unit,
      tiling: [alternative.tiling, alternative.reason].filter((text) => text !== undefined).join(': '),
      'time alone': timeText(alternative),
    })),
  ]);
  return `What mapping "${mapping}" chose, by the simulated time of each operator alone\n${listText(rows)}`;
}

function timeText({ ps, bound }: OperatorAlternative): string {
  if (ps !== undefined) return formatQuantity(ps, 'time');
  return bound === undefined ? '' : `at least ${formatQuantity(bound, 'time')}`;
}
