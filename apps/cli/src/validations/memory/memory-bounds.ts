import type { ValidationCase, ValidationGroup, ValidationRow } from '@systole/report';

type Bound = ValidationGroup['bounds'][number];

const exact: readonly Bound[] = [{ within: 0, of: 1 }];
const all = (within: number): readonly Bound[] => [{ within, of: 1 }];
const some = (within: number, of: number): readonly Bound[] => [{ within, of }];
const shown: readonly Bound[] = [];

const COMMANDS = ['ACT', 'RD', 'WR', 'REF'];
const HOST = ' of the host';
const REFRESHED = ', refreshed';
const ROWS = ['rowHits', 'rowMisses', 'rowConflicts', 'readsForwarded', 'writesMerged'];

/** The group of a figure, and how near to its reference the group is held. */
export function memoryGroup(each: ValidationCase): ValidationGroup {
  const { peer, quantity } = each;
  switch (peer) {
    case 'ramulator':
      if (quantity === 'cycles') return { group: 'cycles', bounds: [...some(0.01, 0.95), ...all(0.03)] };
      return streamGroup(quantity);
    case 'dramsim3':
      if (quantity === 'cycles') return { group: 'cycles', bounds: all(0.05) };
      return streamGroup(quantity);
    case 'mqsim':
      return { group: quantity === 'throughput' ? 'throughput' : 'mean latency', bounds: some(0.05, 0.9) };
    case 'cacti':
      return sramGroup(quantity);
    case 'fast':
      // Runs that keep to a bank each are served one after the other by the closed forms.
      if (each.group.startsWith('local')) return { group: 'time of runs in a bank each', bounds: shown };
      // Level fast stops vectors for refreshes, which at level detailed hold back activates alone.
      if (each.group === 'in-memory vectors')
        return { group: 'time of in-memory vectors', bounds: all(0.15) };
      return {
        group: each.group.startsWith('in-memory') ? 'in-memory time' : 'time',
        bounds: [...some(0.03, 0.5), ...some(0.1, 0.95)],
      };
    default:
      return pimGroup(each);
  }
}

/** Rows by their peers, in the order of those; of one peer, products before host accesses, and without refresh before refreshed. */
export function sortMemoryRows(
  rows: readonly ValidationRow[],
  peers: readonly string[],
): readonly ValidationRow[] {
  const rank = ({ peer, group }: ValidationRow): number =>
    peers.indexOf(peer) * 4 + (group.includes(HOST) ? 2 : 0) + (group.endsWith(REFRESHED) ? 1 : 0);
  return rows.toSorted((a, b) => rank(a) - rank(b));
}

function streamGroup(quantity: string): ValidationGroup {
  if (COMMANDS.includes(quantity)) return { group: 'commands', bounds: all(0.01) };
  if (quantity === 'PRE') return { group: 'precharges', bounds: shown };
  if (ROWS.includes(quantity)) return { group: 'row hits, misses, conflicts; forwarding', bounds: shown };
  if (quantity === 'meanLatency') return { group: 'mean latency of reads', bounds: shown };
  return { group: 'energy', bounds: all(0.03) };
}

function sramGroup(quantity: string): ValidationGroup {
  const isTime = quantity === 'accessTime' || quantity === 'cycleTime';
  if (isTime)
    return { group: quantity === 'accessTime' ? 'access time' : 'cycle time', bounds: some(0.03, 0.5) };
  if (quantity.toLowerCase().includes('leakage')) {
    return { group: quantity === 'leakage' ? 'leakage' : 'gate leakage', bounds: some(0.03, 0.5) };
  }
  const names: Readonly<Record<string, string>> = { readEnergy: 'read energy', writeEnergy: 'write energy' };
  return { group: names[quantity] ?? quantity, bounds: some(0.2, 0.9) };
}

/** Exact without refresh; with it within 2 %, since who refreshes a little later has done more in between. */
function pimGroup({ group, quantity }: ValidationCase): ValidationGroup {
  const isRefreshed = group.endsWith('with refresh');
  const isHost = group.includes('host');
  const isTime = quantity === 'cycles' || quantity === 'readout';
  const name = `${isTime ? 'cycles' : 'commands'}${isHost ? HOST : ''}${isRefreshed ? REFRESHED : ''}`;
  if (isHost) return { group: name, bounds: all(isTime ? 0.05 : 0.02) };
  return { group: name, bounds: isRefreshed ? all(0.02) : exact };
}
