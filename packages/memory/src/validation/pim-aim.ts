import { suggestName, SystoleError } from '@systole/core';
import { AIM_TIMINGS } from '../pim/aim/aim-device.ts';
import type { AimDevice, AimTimings } from '../pim/aim/aim-device.ts';
import { aimGemv } from '../pim/aim/aim-gemv.ts';
import type { AimInstruction } from '../pim/aim/aim-instruction.ts';
import { AIM_PRESETS, aimPreset } from '../pim/aim/aim-presets.ts';
import { aimStream, AIM_STREAMS } from '../pim/aim/aim-streams.ts';
import type { AimStreamKind } from '../pim/aim/aim-streams.ts';
import { runAim } from '../pim/aim/run-aim.ts';
import type { CaseError } from './case-error.ts';
import { overrideTimings, pimCaseId, pimConfig, workloadNumber } from './pim-reference.ts';
import type { PimCase, PimConfig, PimReference } from './pim-reference.ts';

const NAMES: Readonly<Record<string, keyof AimTimings>> = {
  ...Object.fromEntries(AIM_TIMINGS.map((name) => [name, name])),
  nRRDS_effective: 'nRRDS',
  nRRDL_effective: 'nRRDL',
};

/** Traces that come with the simulator, as streams: 1024 rounds of full rows. */
const TRACES: Readonly<Record<string, AimStreamKind>> = {
  micro_macab: 'mac-rows',
  micro_ewmul: 'ewmul-rows',
  micro_rdmac: 'rd-mac',
  micro_wrbias_1024: 'wr-bias',
  micro_wrab: 'wr-abk',
  micro_wrgb: 'copy-round',
  micro_wrbias_mac_af: 'bias-mac-af-rdaf',
  micro_wrbias_mac_rdmac: 'bias-mac-rdmac-mac',
};

/** Cycles and commands of a case of aim_simulator: matrix-vector products and streams of single instructions. */
export function aimErrors({ configs }: PimReference, peerCase: PimCase): CaseError[] {
  const device = deviceOf(pimConfig(configs, peerCase.config), peerCase.config);
  const channels = workloadNumber(peerCase, 'channels');
  const result = runAim(device, programOf(device, peerCase, channels), { channels });
  const kind = peerCase.rule.replace('aim-', '');
  const group = device.refresh === 'none' ? kind : `${kind} with refresh`;
  const common = { id: pimCaseId(peerCase), peer: 'aim', group };
  const { commands = {} } = peerCase;
  const given = Object.keys(commands);
  const names = new Set(given.length === 0 ? [] : [...given, ...Object.keys(result.commands)]);
  return [
    { ...common, quantity: 'cycles', simulated: result.cycles, reference: peerCase.cycles },
    ...[...names].map((quantity) => ({
      ...common,
      quantity,
      simulated: result.commands[quantity] ?? 0,
      reference: commands[quantity] ?? 0,
    })),
  ];
}

/**
 * A configuration gives what differs from a preset of the simulator: that which its `preset` or its name speaks of, such as
 * `GDDR6_2000_1250mV_double`, and else the one for AiM.
 */
function deviceOf(config: PimConfig, name: string): AimDevice {
  const plain = /(1[23]50)mV[-_](double|quad)/.exec(`${config.preset ?? ''} ${name}`);
  const device =
    plain === null ? AIM_PRESETS['aim-gddr6'].device : aimPreset(`aim-gddr6-${plain[1]}mv-${plain[2]}`);
  const isRefreshed = typeof config.nREFI === 'number' && !String(config.refresh ?? '').startsWith('none');
  return {
    ...device,
    timings: overrideTimings(device.timings, config, NAMES),
    refresh: isRefreshed ? 'all-bank' : 'none',
    queue: typeof config.queue_entries === 'number' ? config.queue_entries : device.queue,
  };
}

function programOf(device: AimDevice, peerCase: PimCase, channels: number): Iterable<AimInstruction> {
  const { rule, workload } = peerCase;
  if (rule.startsWith('aim-gemv')) {
    return aimGemv(device, {
      M: workloadNumber(peerCase, 'M'),
      K: workloadNumber(peerCase, 'K'),
      channels,
      bias: workload.bias === true,
      order: rule.includes('-SO') ? 'output-stationary' : 'vector-stationary',
      packed: rule.endsWith('-packed'),
    });
  }
  const name = rule.replace('aim-micro-', '');
  if (name === 'shipped-trace') {
    const trace = Object.keys(TRACES).find((start) => String(workload.trace).startsWith(start));
    const kind = trace === undefined ? undefined : TRACES[trace];
    if (kind === undefined) throw noStream(String(workload.trace), Object.keys(TRACES), 'workload.trace');
    return aimStream(device, { kind, count: 1024, columns: device.columnsPerRow });
  }
  const kind = AIM_STREAMS.find((stream) => stream === name || stream.startsWith(`${name}-`));
  if (kind === undefined) throw noStream(name, AIM_STREAMS, 'rule');
  const count = workloadNumber(peerCase, workload.n === undefined ? 'rows' : 'n');
  // MACs before an activation function are 16 where nothing else is said.
  const columns = workload.cols === undefined && kind === 'mac16-af-rdaf' ? 16 : Number(workload.cols ?? 1);
  return aimStream(device, { kind, count, columns });
}

function noStream(name: string, known: readonly string[], path: string): SystoleError {
  return new SystoleError({
    code: 'argument/invalid',
    message: `no stream of instructions is known as ${JSON.stringify(name.slice(0, 100))}`,
    place: { path },
    hint: suggestName(name, known),
  });
}
