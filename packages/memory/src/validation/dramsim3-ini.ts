import { SystoleError } from '@systole/core';
import type { ControllerPolicy } from '../controller/controller-policy.ts';
import { defaultPolicy } from '../controller/controller-policy.ts';
import { deviceOf } from '../device/device-of.ts';
import type { DramDevice } from '../device/device.ts';
import type { DramCurrents } from '../power/currents.ts';
import { bankQueueStandard } from '../device/standards-bank-queue/bank-queue-standards.ts';

type Section = Readonly<Record<string, string | number | boolean>>;

/** A configuration file of DRAMsim3 (`DDR4_8Gb_x8_3200.ini`), by section. */
export interface Dramsim3Ini {
  readonly dram_structure: Section;
  readonly timing: Section;
  readonly system: Section;
  /** Volts and mA. */
  readonly power?: Section;
}

/** What such a file describes, as this package has it. */
export interface Dramsim3Memory {
  readonly device: DramDevice;
  readonly policy: ControllerPolicy;
  readonly channels: number;
  /** Devices that act as one rank. */
  readonly devices: number;
}

/** What DRAMsim3 takes where a file is silent. */
const STRUCTURE: Section = {
  protocol: 'DDR3',
  bankgroups: 2,
  banks_per_group: 2,
  bankgroup_enable: 'true',
  rows: 65536,
  columns: 1024,
  device_width: 8,
  BL: 8,
};
const TIMING: Section = {
  tCK: 1,
  AL: 0,
  CL: 12,
  CWL: 12,
  tCCD_L: 6,
  tCCD_S: 4,
  tRTRS: 2,
  tRTP: 5,
  tWTR_L: 5,
  tWTR_S: 5,
  tWR: 10,
  tRP: 10,
  tRRD_L: 4,
  tRRD_S: 4,
  tRAS: 24,
  tRCD: 10,
  tRCDRD: 24,
  tRCDWR: 20,
  tRFC: 74,
  tRFCb: 20,
  tREFI: 7800,
  tREFIb: 1950,
  tFAW: 50,
  t32AW: 330,
  tPPD: 0,
};
const SYSTEM: Section = {
  channel_size: 1024,
  channels: 1,
  bus_width: 64,
  address_mapping: 'chrobabgraco',
  queue_structure: 'PER_BANK',
  refresh_policy: 'RANK_LEVEL_STAGGERED',
  row_buf_policy: 'OPEN_PAGE',
  cmd_queue_size: 16,
  trans_queue_size: 32,
  unified_queue: 'false',
  enable_self_refresh: 'false',
};

const POWER: Section = {
  VDD: 1.2,
  IDD0: 48,
  IDD2P: 25,
  IDD2N: 34,
  IDD3N: 43,
  IDD4W: 123,
  IDD4R: 135,
  IDD5AB: 250,
  IDD5PB: 5,
  IDD6x: 31,
};

/** Beats of data in a clock period. */
const BEATS: Readonly<Record<string, number>> = { GDDR5: 4, GDDR5X: 8, GDDR6: 16 };

/** Writes above which they are drained while no command waits. */
const IDLE_WRITES = 8;

/**
 * The memory of a configuration file.
 *
 * @param overrides Values that take the place of those of the file, by section.
 * @throws SystoleError where a value is missing, wrong, or asks for what the bank-queue controller does not do.
 */
export function dramsim3Memory(
  ini: Dramsim3Ini,
  overrides: Readonly<Partial<Record<keyof Dramsim3Ini, Section>>> = {},
): Dramsim3Memory {
  const structure = new Values('dram_structure', {
    ...STRUCTURE,
    ...ini.dram_structure,
    ...overrides.dram_structure,
  });
  const system = new Values('system', { ...SYSTEM, ...ini.system, ...overrides.system });
  const timing = new Values('timing', { ...TIMING, ...ini.timing, ...overrides.timing });
  const protocol = structure.text('protocol');
  const isGrouped = structure.flag('bankgroup_enable');
  const groups = structure.number('bankgroups');
  const banks = structure.number('banks_per_group');
  const beats = structure.number('BL');
  const devices = system.number('bus_width') / structure.number('device_width');
  const burstBytes = (system.number('bus_width') / 8) * beats;
  const rowBytes = burstBytes * burstsPerRow(protocol, structure.number('columns'), beats);
  const rows = structure.number('rows');
  const rankBytes = rowBytes * rows * groups * banks;
  const counts = {
    rank: rankBytes > 0 ? Math.max(1, Math.floor((system.number('channel_size') * 2 ** 20) / rankBytes)) : 1,
    bankGroup: isGrouped ? groups : 1,
    bank: isGrouped ? banks : groups * banks,
  };
  const device = deviceOf({
    standard: bankQueueStandard(protocol),
    clockPeriod: Math.round(timing.number('tCK') * 1000),
    counts,
    rowsPerBank: rows,
    rowBytes,
    burstBytes,
    timings: timingsOf(timing, beats / (BEATS[protocol] ?? 2), counts.bankGroup > 1),
  });
  return { device, policy: policyOf(system), channels: system.number('channels'), devices };
}

/** The currents of a configuration file; undefined where it has none. */
export function dramsim3Currents({ power }: Dramsim3Ini): DramCurrents | undefined {
  if (power === undefined) return undefined;
  const values = new Values('power', { ...POWER, ...power });
  const n = (name: string): number => values.number(name);
  return {
    VDD: n('VDD'),
    IDD0: n('IDD0'),
    IDD2P: n('IDD2P'),
    IDD2N: n('IDD2N'),
    IDD3N: n('IDD3N'),
    IDD4R: n('IDD4R'),
    IDD4W: n('IDD4W'),
    IDD5: n('IDD5AB'),
    IDD5PB: n('IDD5PB'),
    IDD6: n('IDD6x'),
  };
}

/** Columns are counted in words of the device, in prefetches (GDDR) or in pairs of words (HBM). */
function burstsPerRow(protocol: string, columns: number, beats: number): number {
  if (protocol.startsWith('GDDR')) return columns;
  return (protocol.startsWith('HBM') ? columns * 2 : columns) / beats;
}

function timingsOf(timing: Values, burst: number, isGrouped: boolean): Readonly<Record<string, number>> {
  const n = (name: string): number => timing.number(name);
  const long = (name: string): number => n(isGrouped ? `${name}_L` : `${name}_S`);
  // Additive latency lets a column command be posted before its row is open.
  const AL = n('AL');
  return {
    nBL: burst,
    nCL: AL + n('CL'),
    nCWL: AL + n('CWL'),
    nRCD: n('tRCD') - AL,
    nRCDRD: n('tRCDRD'),
    nRCDWR: n('tRCDWR'),
    nRP: n('tRP'),
    nRAS: n('tRAS'),
    nRC: n('tRAS') + n('tRP'),
    nRTP: AL + n('tRTP'),
    nWR: n('tWR'),
    nCCDS: n('tCCD_S'),
    nCCDL: long('tCCD'),
    nRRDS: n('tRRD_S'),
    nRRDL: long('tRRD'),
    nWTRS: n('tWTR_S'),
    nWTRL: long('tWTR'),
    nRTRS: n('tRTRS'),
    nFAW: n('tFAW'),
    n32AW: n('t32AW'),
    nPPD: n('tPPD'),
    nRFC: n('tRFC'),
    nRFCpb: n('tRFCb'),
    nREFI: n('tREFI'),
    nREFIpb: n('tREFIb'),
  };
}

function policyOf(system: Values): ControllerPolicy {
  const queues = system.only('queue_structure', ['PER_BANK', 'PER_RANK']);
  if (system.flag('unified_queue')) system.refuse('unified_queue', 'false');
  if (system.flag('enable_self_refresh')) system.refuse('enable_self_refresh', 'false');
  const rows = system.only('row_buf_policy', ['OPEN_PAGE', 'CLOSE_PAGE']);
  const refresh = system.only('refresh_policy', ['RANK_LEVEL_STAGGERED', 'BANK_LEVEL_STAGGERED']);
  const queue = system.number('trans_queue_size');
  return {
    ...defaultPolicy,
    kind: 'bank-queues',
    // A closed page is closed by each access.
    rowPolicy: rows === 'OPEN_PAGE' ? 'open' : 'closed-cap',
    rowCap: 1,
    refresh: refresh === 'RANK_LEVEL_STAGGERED' ? 'all-bank' : 'per-bank',
    readQueue: queue,
    writeQueue: queue,
    commandQueue: system.number('cmd_queue_size'),
    commandQueueOf: queues === 'PER_BANK' ? 'bank' : 'rank',
    writeHighWatermark: 1,
    writeLowWatermark: Math.min(IDLE_WRITES, queue - 1) / queue,
    addressMapping: system.text('address_mapping'),
  };
}

/** The values of a section, read by what they have to be. */
class Values {
  readonly #section: string;
  readonly #values: Section;

  constructor(section: string, values: Section) {
    this.#section = section;
    this.#values = values;
  }

  number(name: string): number {
    const value = Number(this.#values[name]);
    if (Number.isFinite(value)) return value;
    return this.refuse(name, 'a number');
  }

  text(name: string): string {
    return String(this.#values[name]);
  }

  flag(name: string): boolean {
    return this.only(name, ['true', 'false']) === 'true';
  }

  /** A word that has to be one of a few; upper and lower case are the same for flags. */
  only(name: string, words: readonly string[]): string {
    const value = this.text(name);
    const found = words.find((word) => word === value || word === value.toLowerCase());
    return found ?? this.refuse(name, words.join(' or '));
  }

  refuse(name: string, expected: string): never {
    throw new SystoleError({
      code: 'parameter/out-of-range',
      message: `expected ${expected}, got ${this.text(name).slice(0, 100)}`,
      place: { path: `${this.#section}.${name}` },
      hint: 'Other settings of DRAMsim3 are not modelled.',
    });
  }
}
