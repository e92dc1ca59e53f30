import { suggestName, SystoleError } from '@systole/core';
import { defaultPolicy } from '../controller/controller-policy.ts';
import type { ControllerPolicy } from '../controller/controller-policy.ts';
import { runStream } from '../controller/run-stream.ts';
import type { StreamResult } from '../controller/stream-result.ts';
import { findDevice } from '../device/device-presets.ts';
import type { DramDevice } from '../device/device.ts';
import { DEVICE_FACTS } from '../presets/device-facts.ts';
import { createStream } from '../request/streams.ts';
import type { CaseError } from './case-error.ts';
import type { RamulatorCase } from './stream-case.ts';

const SCHEDULERS: Readonly<Record<string, ControllerPolicy['scheduler']>> = {
  FRFCFS: 'fr-fcfs',
  'FRFCFS-RowHit': 'fr-fcfs-row-hit',
};
const ROW_POLICIES: Readonly<Record<string, ControllerPolicy['rowPolicy']>> = {
  Open: 'open',
  Closed: 'closed',
  ClosedCAP: 'closed-cap',
};
const REFRESHES: Readonly<Record<string, ControllerPolicy['refresh']>> = {
  NoRefresh: 'none',
  AllBank: 'all-bank',
  PerBank: 'per-bank',
  HBM34PerBankRefresh: 'per-bank',
};

/** Commands that the peer counts apart and that are one kind of work. */
const COUNTED: Readonly<Record<string, readonly string[]>> = {
  ACT: ['ACT', 'ACT1'],
  RD: ['RD', 'RDA'],
  WR: ['WR', 'WRA'],
  REF: ['REFab', 'REFpb'],
  PRE: ['PREab', 'PREpb'],
};

/**
 * Runs a case of Ramulator 2.1 at the detailed level.
 *
 * @throws SystoleError where the case names a device or a policy that there is none of.
 */
export function runRamulatorCase(each: RamulatorCase): readonly CaseError[] {
  const { config, stream, expected, id } = each;
  const device = deviceOfCase(each);
  const result = runStream(
    { device, policy: policyOfCase(each), channels: config.channels },
    createStream({
      kind: stream.kind,
      count: stream.n,
      burstBytes: stream.tx_bytes,
      regionLog2: stream.region_log2_tx,
      ...(stream.row_stride_bytes === undefined ? {} : { rowStrideBytes: stream.row_stride_bytes }),
      ...(stream.seed === undefined ? {} : { seed: stream.seed }),
    }),
  );
  const errors: CaseError[] = [];
  const compare = (quantity: string, simulated: number, reference: number | null | undefined): void => {
    if (reference === undefined || reference === null) return;
    const group = `${config.standard} ${stream.kind}`;
    errors.push({ id, peer: 'ramulator', group, quantity, simulated, reference });
  };
  compare('cycles', result.ticks / result.ticksPerClock, expected.cycles_CK);
  const { commands } = expected;
  if (commands !== undefined) {
    for (const [quantity, names] of Object.entries(COUNTED)) {
      compare(quantity, countOf(result.commands, names), countOf(commands, names));
    }
  }
  compare('rowHits', result.rowHits, expected.row_hits);
  compare('rowMisses', result.rowMisses, expected.row_misses);
  compare('rowConflicts', result.rowConflicts, expected.row_conflicts);
  compare('readsForwarded', result.readsForwarded, expected.reads_forwarded);
  compare('writesMerged', result.writesMerged, expected.writes_coalesced);
  compare('meanLatency', meanLatency(result), expected.avg_read_latency_CK);
  return errors;
}

/** The controller of a case. */
export function policyOfCase({ config, id }: RamulatorCase): ControllerPolicy {
  return {
    ...defaultPolicy,
    scheduler: choice(SCHEDULERS, config.scheduler, 'scheduler', id),
    rowPolicy: choice(ROW_POLICIES, config.row_policy, 'row_policy', id),
    rowCap: config.row_policy_cap ?? defaultPolicy.rowCap,
    refresh: choice(REFRESHES, config.refresh, 'refresh', id),
    readQueue: config.read_queue,
    writeQueue: config.write_queue,
    addressMapping: config.addr_mapper,
  };
}

/** The device of a case, with as many bytes to the burst as its stream has. */
export function deviceOfCase({ config, stream, id }: RamulatorCase): DramDevice {
  const device = findDevice(config.org_preset, config.timing_preset);
  if (device === undefined) {
    const { org_preset: organisation, timing_preset: timing } = config;
    const alike = DEVICE_FACTS.filter((facts) => facts.organisation === organisation);
    const isKnown = alike.length > 0;
    throw new SystoleError({
      code: 'argument/invalid',
      message: `${id}: there is no device ${organisation.slice(0, 60)} with timing ${timing.slice(0, 60)}`,
      place: { path: isKnown ? 'config.timing_preset' : 'config.org_preset' },
      hint: isKnown
        ? suggestName(
            timing,
            alike.map((facts) => facts.timing),
          )
        : suggestName(organisation, new Set(DEVICE_FACTS.map((facts) => facts.organisation))),
    });
  }
  if (device.burstBytes === stream.tx_bytes) return device;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `${id}: a burst of this device has ${device.burstBytes} B, the stream's requests have ${stream.tx_bytes}`,
    place: { path: 'stream.tx_bytes' },
  });
}

/** The peer divides the latency of all reads by the number of those that were not answered from the write queue. */
function meanLatency({ readLatency, readsForwarded, ticksPerClock }: StreamResult): number {
  const counted = readLatency.count - readsForwarded;
  return counted === 0 ? 0 : (readLatency.mean * readLatency.count) / counted / ticksPerClock;
}

function countOf(commands: Readonly<Record<string, number>>, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (commands[name] ?? 0), 0);
}

function choice<T>(choices: Readonly<Record<string, T>>, name: string, key: string, id: string): T {
  const found = Object.hasOwn(choices, name) ? choices[name] : undefined;
  if (found !== undefined) return found;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `${id}: there is no ${key} "${String(name).slice(0, 100)}"`,
    place: { path: `config.${key}` },
    hint: suggestName(String(name), Object.keys(choices)),
  });
}
