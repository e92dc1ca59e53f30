import type { ParameterConflict } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import type { DramValues } from './parameters.ts';

/** Beyond this share of tREFI the rounds of the banks of each pseudo channel are rounds of their own. */
const OWN_ROUND = 0.75;

/**
 * From one refresh of a bank to the next where banks are refreshed in turn, one every tREFIpb: over the banks of all channels
 * that share a command bus or, where that would take longer than tREFI, of each of them. Ranks are refreshed each by itself.
 */
export function bankRefreshRound(values: DramValues): Picoseconds {
  const { tREFIpb = 0, tREFI, bankGroups, banksPerGroup, pseudoChannels, ranks } = values;
  const banks = bankGroups * banksPerGroup;
  if (ranks > 1) return (tREFIpb * banks) / ranks;
  const own = tREFIpb * banks;
  return pseudoChannels > 1 && own > tREFI * OWN_ROUND ? own : own * pseudoChannels;
}

/**
 * What is missing or wrong for a refresh of single banks. Level fast refuses it: of one and the same device it costs a stream
 * 2 % or half its time, by how the turns of its banks and those of the refreshes meet, which no rate can say.
 */
export function perBankConflicts(values: DramValues): readonly ParameterConflict[] {
  const { tRFCpb, tREFIpb, tRP, detail } = values;
  if (detail === 'fast') {
    return [
      {
        parameter: 'refresh',
        message:
          'refresh of single banks has no rate: what it costs follows from which banks are in use when their turn comes',
        hint: 'Set detail: detailed, which issues every refresh, or refresh: all-bank.',
      },
    ];
  }
  if (tRFCpb === undefined || tREFIpb === undefined || tREFIpb === 0) {
    return [
      {
        parameter: tRFCpb === undefined ? 'tRFCpb' : 'tREFIpb',
        message: 'banks cannot be refreshed one by one: it is not said how long that takes, and how often',
        hint: 'Give tRFCpb and tREFIpb, which presets of LPDDR, GDDR and HBM do, or set refresh: all-bank.',
      },
    ];
  }
  if (tRFCpb + tRP < bankRefreshRound(values)) return [];
  return [
    {
      parameter: 'tRFCpb',
      message: `tRFCpb of ${tRFCpb} ps leaves a bank nothing of the ${bankRefreshRound(values)} ps between its refreshes`,
      hint: 'Lower tRFCpb, raise tREFIpb, or set refresh: all-bank.',
    },
  ];
}
