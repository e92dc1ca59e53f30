import { suggestName, SystoleError } from '@systole/core';
import { runStream } from '../controller/run-stream.ts';
import type { StreamResult } from '../controller/stream-result.ts';
import { CURRENT_PRESETS } from '../power/currents.ts';
import type { DramCurrents } from '../power/currents.ts';
import { memoryEnergy } from '../power/energy.ts';
import { createStream } from '../request/streams.ts';
import type { CaseError } from './case-error.ts';
import { dramsim3Currents, dramsim3Memory } from './dramsim3-ini.ts';
import type { Dramsim3Ini, Dramsim3Memory } from './dramsim3-ini.ts';
import type { ReferenceStream } from './stream-case.ts';

/** A case of DRAMsim3 in the layout of `reference/streams.json`. Figures that are left out are not compared. */
export interface Dramsim3Case {
  readonly id: string;
  readonly peer: 'dramsim3';
  readonly config: {
    /** Name of a configuration file, without its ending. */
    readonly ini: string;
    readonly overrides?: Readonly<
      Partial<Record<keyof Dramsim3Ini, Readonly<Record<string, string | number>>>>
    >;
    readonly channels: number;
    readonly address_mapping: string;
    readonly ranks?: number;
  };
  readonly stream: ReferenceStream;
  readonly expected: {
    readonly cycles?: number;
    readonly read_cmds?: number;
    readonly write_cmds?: number;
    readonly act_cmds?: number;
    readonly pre_cmds?: number;
    readonly ref_cmds?: number;
    readonly refb_cmds?: number;
    /** null where nothing was read. */
    readonly avg_read_latency_cycles?: number | null;
    readonly energy?: Readonly<Record<string, number>>;
  };
}

/** The configuration files that cases name, by name. */
export type Dramsim3Inis = Readonly<Record<string, Dramsim3Ini>>;

/**
 * Runs a case of DRAMsim3 at the detailed level, with bank queues, and compares.
 *
 * @throws SystoleError where the case names a configuration that there is none of, or one that is not modelled.
 */
export function runDramsim3Case(each: Dramsim3Case, inis: Dramsim3Inis): readonly CaseError[] {
  const { config, stream, expected, id } = each;
  const memory = memoryOfCase(each, inis);
  const result = runStream(
    memory,
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
    const [family = ''] = config.ini.split('_');
    errors.push({ id, peer: 'dramsim3', group: `${family} ${stream.kind}`, quantity, simulated, reference });
  };
  const count = (...names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (result.commands[name] ?? 0), 0);
  compare('cycles', result.ticks, expected.cycles);
  compare('ACT', count('ACT'), expected.act_cmds);
  compare('RD', count('RD', 'RDA'), expected.read_cmds);
  compare('WR', count('WR', 'WRA'), expected.write_cmds);
  compare('PRE', count('PREpb'), expected.pre_cmds);
  compare('REF', count('REFab', 'REFpb'), sumOf(expected.ref_cmds, expected.refb_cmds));
  compare('meanLatency', result.readLatency.mean, expected.avg_read_latency_cycles);
  compareEnergy(currentsOf(config.ini, inis), memory, result, expected.energy, compare);
  return errors;
}

/** The memory of a case. */
export function memoryOfCase({ config, stream, id }: Dramsim3Case, inis: Dramsim3Inis): Dramsim3Memory {
  const ini = Object.hasOwn(inis, config.ini) ? inis[config.ini] : undefined;
  if (ini === undefined) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `${id}: there is no configuration "${config.ini.slice(0, 100)}"`,
      place: { path: 'config.ini' },
      hint: suggestName(config.ini, Object.keys(inis)),
    });
  }
  const memory = dramsim3Memory(ini, {
    ...config.overrides,
    system: {
      ...config.overrides?.system,
      channels: config.channels,
      address_mapping: config.address_mapping,
    },
  });
  const { rank } = memory.device.counts;
  if (config.ranks !== undefined && config.ranks !== rank) {
    throw disagree(id, 'config.ranks', `${config.ranks} ranks, but the configuration has ${rank}`);
  }
  if (stream.tx_bytes !== memory.device.burstBytes) {
    const bytes = `${stream.tx_bytes} B, but a burst of the configuration is ${memory.device.burstBytes} B`;
    throw disagree(id, 'stream.tx_bytes', bytes);
  }
  return memory;
}

/** Those of the configuration, or else those that are known under its name. */
function currentsOf(ini: string, inis: Dramsim3Inis): DramCurrents | undefined {
  const written = inis[ini];
  const preset = Object.values(CURRENT_PRESETS).find(({ source }) => source.source.endsWith(`/${ini}.ini`));
  return (written === undefined ? undefined : dramsim3Currents(written)) ?? preset?.currents;
}

/** The reference counts in pJ. */
function compareEnergy(
  currents: DramCurrents | undefined,
  { device, devices }: Dramsim3Memory,
  result: StreamResult,
  expected: Readonly<Record<string, number>> | undefined,
  compare: (quantity: string, simulated: number, reference: number | undefined) => void,
): void {
  if (currents === undefined || expected === undefined) return;
  const power = { kind: 'currents', currents, devices, ioPerBit: 0 } as const;
  const energy = memoryEnergy(power, device, result);
  compare('activateEnergy', energy.activate / 1000, expected.act_pJ);
  compare('readEnergy', energy.read / 1000, expected.read_pJ);
  compare('writeEnergy', energy.write / 1000, expected.write_pJ);
  compare('refreshEnergy', energy.refresh / 1000, sumOf(expected.ref_pJ, expected.refb_pJ));
  compare('backgroundEnergy', energy.background.total / 1000, expected.background_pJ);
  compare('energy', energy.total / 1000, expected.total_pJ);
}

function sumOf(first: number | undefined, second: number | undefined): number | undefined {
  return first === undefined ? undefined : first + (second ?? 0);
}

function disagree(id: string, path: string, message: string): SystoleError {
  return new SystoleError({
    code: 'argument/invalid',
    message: `${id}: ${message}`,
    place: { path },
    hint: 'Correct the case, or its configuration.',
  });
}
