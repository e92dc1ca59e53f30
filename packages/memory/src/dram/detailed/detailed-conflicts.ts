import type { ParameterConflict } from '@systole/core';
import { checkDevice } from '../../device/check-device.ts';
import type { DramCommand } from '../../device/standard.ts';
import type { DramValues } from '../parameters.ts';
import { deviceOfValues, standardOf } from './device-of-values.ts';

/** Parameters of the component by those of a device that a conflict may name. */
const NAMES: Readonly<Record<string, string>> = {
  'counts.pseudoChannel': 'pseudoChannels',
  'counts.rank': 'ranks',
  'counts.stackId': 'stackLevels',
  'counts.bankGroup': 'bankGroups',
  'counts.bank': 'banksPerGroup',
  burstsPerRow: 'rowBytes',
  'timings.nRCDRD': 'tRCD',
  'timings.nRCDr': 'tRCD',
  'timings.nRCDWR': 'tRCDWR',
  'timings.nRCDw': 'tRCDWR',
  'timings.nRTPL': 'tRTP',
  'timings.nRTPSB': 'tRTP',
  'timings.nRFCab': 'tRFC',
  'timings.nRRD': 'tRRDS',
  'timings.nCCD': 'tCCDS',
  'timings.nCCDSB': 'tCCDL',
  'timings.nCCDL_WR': 'tCCDLWR',
  'timings.nRL': 'tCL',
  'timings.nWL': 'tCWL',
  'timings.nBL': 'pinRate',
  'timings.nBL_min': 'pinRate',
};

function isBankRefresh({ effect, scope }: DramCommand): boolean {
  return effect === 'refresh' && scope === 'bank';
}

/** What is wrong with values at level detailed, where those of level fast are right. */
export function detailedConflicts(values: DramValues): readonly ParameterConflict[] {
  const { channels, pseudoChannels, banksPerGroup, ranks, stackLevels } = values;
  const standard = standardOf(values);
  if (standard === undefined) return [];
  if (channels % pseudoChannels !== 0) {
    return [
      {
        parameter: 'pseudoChannels',
        message: `${channels} channels do not share buses by ${pseudoChannels}`,
        hint: 'Give a divisor of the channels.',
      },
    ];
  }
  if (banksPerGroup % (ranks * stackLevels) !== 0) {
    return [
      {
        parameter: ranks > 1 ? 'ranks' : 'stackLevels',
        message: `${banksPerGroup} banks of a group are not of ${ranks} ranks with ${stackLevels} stack levels each`,
        hint: 'Count the banks of all ranks and stack levels.',
      },
    ];
  }
  if (values.refresh === 'per-bank' && !standard.commands.some(isBankRefresh)) {
    return [
      {
        parameter: 'refresh',
        message: `${standard.name} has no refresh of one bank`,
        hint: 'Set refresh: all-bank.',
      },
    ];
  }
  const { tRCD, tRCDWR = tRCD } = values;
  const device = deviceOfValues(values, standard);
  if (tRCDWR !== tRCD && device.timings['nRCD'] !== undefined) {
    return [
      {
        parameter: 'tRCDWR',
        message: `${standard.name} has one delay from an activate to reads and writes, tRCD; tRCDWR differs`,
        hint: 'Leave tRCDWR out.',
      },
    ];
  }
  return checkDevice(device).map(({ parameter, ...rest }) => ({
    ...rest,
    parameter: NAMES[parameter] ?? parameter.replace(/^timings\.n/, 't'),
  }));
}
