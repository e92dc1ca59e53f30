import { resolveChip, setParameter } from '@systole/chip';
import type { ChipSpec, ResolvedChip } from '@systole/chip';
import { formatParameter, SystoleError } from '@systole/core';
import type { Confidence, Parameter, ParameterValue } from '@systole/core';
import { formatQuantity } from '@systole/units';
import { loadTraceInput } from '../inputs.ts';
import type { WorkloadFlags } from '../inputs.ts';
import { simulate } from '../simulate.ts';
import type { Toolbox } from '../toolbox.ts';

/** Confidences that leave room for doubt about the figure itself. */
const DOUBTFUL: readonly Confidence[] = ['recalled', 'inferred', 'calibrated'];

/** Time per token and energy per token, relative to the chip as it stands; 0.05 is 5 % more. */
export interface Shift {
  readonly time: number;
  readonly energy: number;
}

/** How far the result moves when one figure is off. `undefined` where the chip would be impossible. */
export interface Sensitivity {
  readonly parameter: string;
  readonly value: string;
  readonly confidence: string;
  readonly less: Shift | undefined;
  readonly more: Shift | undefined;
}

/** What is run over and over. */
export interface SensitivityJob {
  readonly spec: ChipSpec;
  readonly toolbox: Toolbox;
  readonly workload: string | undefined;
  readonly flags: WorkloadFlags;
}

/** A figure that may be off: where it stands, and its value. */
interface Figure {
  readonly path: string;
  readonly shown: string;
  readonly confidence: string;
  readonly parameter: Parameter;
  readonly value: ParameterValue;
}

/** The numbers of a chip that are not known well. */
export function doubtfulFigures(chip: ResolvedChip): readonly Figure[] {
  return chip.parts.flatMap(({ name, settings, declaration }) =>
    Object.entries(settings).flatMap(([key, { value, written, source }]): Figure[] => {
      const parameter = declaration.parameters[key];
      const isNumber = parameter?.form.kind === 'quantity' || parameter?.form.kind === 'integer';
      if (source === undefined || !DOUBTFUL.includes(source.confidence)) return [];
      if (parameter === undefined || value === undefined || !isNumber) return [];
      const path = `components.${name}.${key}`;
      return [
        {
          path,
          shown: String(written ?? formatParameter(parameter, value)),
          confidence: source.confidence,
          parameter,
          value,
        },
      ];
    }),
  );
}

/**
 * Runs a workload with every doubtful figure `share` lower and higher, and says how far time and energy move; those that
 * move most come first.
 */
export async function sensitivities(
  { spec, toolbox, workload, flags }: SensitivityJob,
  share: number,
  onFigure: (done: number, total: number) => void,
): Promise<readonly Sensitivity[]> {
  const { catalogue, mappings } = toolbox;
  const measure = async (chip: ChipSpec): Promise<{ time: number; energy: number }> => {
    const input = await loadTraceInput(workload, flags);
    const { result } = await simulate(resolveChip(chip, catalogue), input, { mappings, quiet: true });
    return { time: result.time.mean.ps, energy: result.energy.perTokenFj };
  };
  const own = await measure(spec);
  const shiftOf = async (figure: Figure, factor: number): Promise<Shift | undefined> => {
    const text = scaled(figure, factor);
    if (text === undefined) return undefined;
    try {
      const { time, energy } = await measure(setParameter(spec, figure.path, text, catalogue));
      return { time: time / own.time - 1, energy: energy / own.energy - 1 };
    } catch (error) {
      // A chip that cannot be, such as one too small for the model, has no result to move.
      if (error instanceof SystoleError) return undefined;
      throw error;
    }
  };
  const figures = doubtfulFigures(resolveChip(spec, catalogue));
  const rows: Sensitivity[] = [];
  for (const figure of figures) {
    rows.push({
      parameter: figure.path.replace(/^components\./, ''),
      value: figure.shown,
      confidence: figure.confidence,
      less: await shiftOf(figure, 1 - share),
      more: await shiftOf(figure, 1 + share),
    });
    onFigure(rows.length, figures.length);
  }
  return rows.sort((a, b) => weight(b) - weight(a));
}

/** A value times a factor as a chip file would write it; `undefined` when a whole number does not change. */
function scaled({ parameter, value }: Figure, factor: number): string | undefined {
  if (typeof value !== 'number') return undefined;
  if (parameter.form.kind === 'quantity') {
    return formatQuantity(value * factor, parameter.form.dimension, 12);
  }
  const whole = Math.round(value * factor);
  return whole === value ? undefined : String(whole);
}

function weight({ less, more }: Sensitivity): number {
  const largest = (shift: Shift | undefined): number =>
    shift === undefined ? 0 : Math.max(Math.abs(shift.time), Math.abs(shift.energy));
  return Math.max(largest(less), largest(more));
}
