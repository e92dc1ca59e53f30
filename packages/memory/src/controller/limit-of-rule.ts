import type { CompiledRule } from '../device/compile-rules.ts';
import type { DeviceTiming } from '../device/device-timing.ts';
import type { BusLimit } from './stream-result.ts';
import { LEVELS } from '../device/level.ts';

const READS: ReadonlySet<string> = new Set(['read', 'read-precharge']);
const WRITES: ReadonlySet<string> = new Set(['write', 'write-precharge']);

/** To what a tick is charged in which a rule held a command back. */
export function limitOfRule(rule: CompiledRule, timing: DeviceTiming): BusLimit {
  const { commands } = timing.device.standard;
  const from = commands[rule.from];
  const to = commands[rule.to];
  if (rule.bus || from === undefined || to === undefined || from.effect.startsWith('clock'))
    return 'command-bus';
  if (from.effect === 'refresh' || to.effect === 'refresh') return 'refresh';
  // All rows are closed for a refresh only.
  if (from.effect === 'precharge' && from.scope !== 'bank') return 'refresh';
  const isColumn = (effect: string): boolean => READS.has(effect) || WRITES.has(effect);
  if (isColumn(from.effect) && isColumn(to.effect)) {
    const isTurn = rule.siblings || READS.has(from.effect) !== READS.has(to.effect);
    return isTurn ? 'turnaround' : 'bank-group';
  }
  const level = LEVELS[rule.level];
  const isOneBank = level !== undefined && timing.nodesOf(level) === timing.banks;
  const areActivates = from.effect.startsWith('activate') && to.effect.startsWith('activate');
  return areActivates && !isOneBank ? 'activation-window' : 'row-cycle';
}
