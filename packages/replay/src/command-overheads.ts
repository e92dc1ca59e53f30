import { Machine, readParameter } from '@systole/core';
import type { CommandOverheads, ParameterValue, Preset } from '@systole/core';
import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import type { Plan } from '@systole/mapping';
import type { TraceBlock } from '@systole/trace';
import type { ReplayEngine } from './engine.ts';
import { playedBlocks, timeOf } from './played-step.ts';
import type { PlayedBlock } from './played-step.ts';
import type { OverheadSummary, OverheadVariant } from './result.ts';
import { StretchPlayer } from './stretch-player.ts';

type Values = Readonly<Record<string, ParameterValue | undefined>>;

/** A variant whose factor is not known yet. */
type Timed = Omit<OverheadVariant, 'factor'>;

const CONFIGURED = 'configured';
const OTHER = 'other';

/**
 * How a step's time hangs on what the commands of in-memory compute cost: for each memory with a unit attached, the step with the
 * ideal stream of rows, as the chip has it, and with the overheads of each published device that its declaration names. Tasks
 * are the same in all of them: the mapping is that of the chip.
 */
export function measureOverheads(
  chip: ResolvedChip,
  plan: Plan,
  blocks: readonly TraceBlock[],
  step: number,
  { machine, player }: ReplayEngine,
): readonly OverheadSummary[] {
  const hosts = chip.parts.flatMap((part, index) => {
    const { commandOverheads } = part.declaration;
    return part.attached === undefined || commandOverheads === undefined
      ? []
      : [{ part, index, commandOverheads }];
  });
  if (hosts.length === 0) return [];
  const played = playedBlocks(plan, blocks);
  return hosts.flatMap(({ part, index, commandOverheads }) => {
    const time = (by: StretchPlayer): Pick<Timed, 'ps' | 'parts'> =>
      timeByPart(played, by, index, machine, commandOverheads);
    const variants: Timed[] = [];
    for (const [place, name] of commandOverheads.presets.entries()) {
      const preset = part.declaration.presets[name];
      const values = preset === undefined ? undefined : valuesWith(part, preset);
      if (preset !== undefined && values !== undefined) {
        const parts = chip.parts.map((other) => (other === part ? { ...part, values } : other));
        const variant = new StretchPlayer(new Machine(parts, machine.tags), { reuse: true });
        variants.push({ name, help: preset.help, source: preset.source, ...time(variant) });
      }
      if (place > 0) continue;
      variants.push({ name: CONFIGURED, help: 'The memory as the chip has it', ...time(player) });
    }
    const ideal = variants[0];
    if (ideal === undefined || ideal.ps === 0) return [];
    return [
      {
        memory: part.name,
        step,
        variants: variants.map((variant) => ({ ...variant, factor: variant.ps / ideal.ps })),
      },
    ];
  });
}

/**
 * The values of a memory with a preset in their place. What of it conflicts stays as the memory has it: a buffer is not written
 * faster than bursts come. Nothing where they cannot be together.
 */
function valuesWith({ values, declaration }: ResolvedPart, preset: Preset): Values | undefined {
  const changed: Record<string, ParameterValue | undefined> = { ...values };
  for (const [name, written] of Object.entries(preset.values)) {
    const parameter = declaration.parameters[name];
    const read = parameter === undefined ? undefined : readParameter(parameter, written);
    if (read?.ok !== true) return undefined;
    changed[name] = read.value;
  }
  for (;;) {
    const [conflict] = declaration.conflicts(changed);
    if (conflict === undefined) return changed;
    const { parameter } = conflict;
    if (changed[parameter] === values[parameter]) return undefined;
    changed[parameter] = values[parameter];
  }
}

/** The time of the blocks, and how the critical path has it: by the parts of one memory, and all else together. */
function timeByPart(
  played: readonly PlayedBlock[],
  player: StretchPlayer,
  component: number,
  machine: Machine,
  { parts }: CommandOverheads,
): Pick<Timed, 'ps' | 'parts'> {
  const { reasons } = machine.layout;
  const names = Object.keys(parts);
  const partOf = reasons.map((reason) =>
    reason.component === component ? names.findIndex((name) => parts[name]?.includes(reason.name)) : -1,
  );
  const spent = new Float64Array(names.length);
  const ps = timeOf(played, player, (path, times) => {
    for (const [index, time] of path.entries()) {
      const part = partOf[index % reasons.length] ?? -1;
      if (part >= 0) spent[part] = (spent[part] ?? 0) + time * times;
    }
  });
  const told = names.map((part, index) => ({ part, ps: spent[index] ?? 0 }));
  const other = ps - told.reduce((sum, part) => sum + part.ps, 0);
  return { ps, parts: [...told, { part: OTHER, ps: other }] };
}
