import { SystoleError } from '@systole/core';
import type { ParameterConflict } from '@systole/core';
import { checkStandard } from './check-standard.ts';
import type { DramDevice } from './device.ts';
import { evaluateGap, namesInGap } from './gap.ts';
import { LEVELS } from './level.ts';

/** Bounds that keep every product of counts exact, and every array of banks small. */
const MOST: Readonly<Record<string, number>> = { count: 1024, banks: 65_536, rows: 2 ** 31, bursts: 2 ** 20 };

const DATA_SHEET = 'Compare it with the data sheet.';

/**
 * What is wrong with a device, each with its parameter and the next step; an empty list when nothing is. Numbers that are no
 * numbers are found first: nothing else is said while there are any.
 */
export function checkDevice(device: DramDevice): readonly ParameterConflict[] {
  const inItself = checkStandard(device.standard);
  if (inItself.length > 0) return inItself;
  const basics = [...organisationConflicts(device), ...timingConflicts(device)];
  return basics.length > 0 ? basics : cycleConflicts(device);
}

function organisationConflicts(device: DramDevice): readonly ParameterConflict[] {
  const { standard, counts, rowsPerBank, burstsPerRow, burstBytes, clockPeriod } = device;
  const conflicts: ParameterConflict[] = [];
  const whole = (parameter: string, value: number, most: number, what: string): void => {
    if (Number.isInteger(value) && value >= 1 && value <= most) return;
    conflicts.push({
      parameter,
      message: `${what}: expected a whole number from 1 to ${most}, got ${value}`,
      hint: 'Give how many there are; 1 of what the device lacks.',
    });
  };
  for (const level of LEVELS) {
    whole(`counts.${level}`, counts[level], MOST.count ?? 0, `number of nodes of level ${level}`);
    if (counts[level] > 1 && !standard.levels.includes(level)) {
      conflicts.push({
        parameter: `counts.${level}`,
        message: `${standard.name} has no level ${level}, but there are ${counts[level]} of it`,
        hint: `It has ${standard.levels.join(', ')}: leave the count at 1.`,
      });
    }
  }
  const banks = LEVELS.reduce((product, level) => product * counts[level], 1);
  if (banks > (MOST.banks ?? 0)) {
    conflicts.push({
      parameter: 'counts.bank',
      message: `a channel has ${banks} banks, more than ${MOST.banks}`,
      hint: 'Counts are of nodes in one node of the level above.',
    });
  }
  whole('rowsPerBank', rowsPerBank, MOST.rows ?? 0, 'rows of a bank');
  whole('burstsPerRow', burstsPerRow, MOST.bursts ?? 0, 'bursts of a row');
  whole('burstBytes', burstBytes, MOST.bursts ?? 0, 'bytes of a burst');
  if (!(clockPeriod > 0 && clockPeriod <= 1e9)) {
    conflicts.push({
      parameter: 'clockPeriod',
      message: `clock period: expected a positive number of ps, got ${clockPeriod}`,
      hint: 'DDR4-3200 has 625 ps.',
    });
  }
  return conflicts;
}

/** Every timing has to be a number from 0 on, in whole steps of the controller, and every gap has to have its timings. */
function timingConflicts({ standard, timings }: DramDevice): readonly ParameterConflict[] {
  const conflicts: ParameterConflict[] = [];
  const { ticksPerClock } = standard;
  const used = new Set(gapsOf(standard).flatMap(namesInGap));
  for (const [name, value] of Object.entries(timings)) {
    if (Number.isInteger(value * ticksPerClock) && value >= 0 && value <= 2 ** 24) continue;
    const steps = ticksPerClock === 1 ? 'whole' : 'whole or half';
    conflicts.push({
      parameter: `timings.${name}`,
      message: `${name}: expected a ${steps} number of clock periods from 0 on, got ${value}`,
      hint: 'Divide the time by the clock period and round up.',
    });
  }
  for (const name of used) {
    if (Object.hasOwn(timings, name)) continue;
    conflicts.push({
      parameter: `timings.${name}`,
      message: `${name} is missing: ${standard.name} has gaps that need it`,
      hint: `Give ${name} in clock periods.`,
    });
  }
  return conflicts.length > 0 ? conflicts : gapConflicts(standard, timings);
}

/** Gaps that cannot be read. */
function gapConflicts(
  standard: DramDevice['standard'],
  timings: DramDevice['timings'],
): readonly ParameterConflict[] {
  return gapsOf(standard).flatMap((gap) => {
    try {
      evaluateGap(gap, timings);
      return [];
    } catch (error) {
      if (!(error instanceof SystoleError)) throw error;
      const [problem] = error.problems;
      const hint = error.hint ?? 'Write a sum of timing parameters.';
      return [{ parameter: 'standard.rules', message: problem?.message ?? error.message, hint }];
    }
  });
}

function gapsOf(standard: DramDevice['standard']): readonly string[] {
  const { rules, readLatency, splitWithin, dataClock } = standard;
  return [
    ...rules.map(({ gap }) => gap),
    readLatency,
    ...(splitWithin === undefined ? [] : [splitWithin]),
    ...(dataClock === undefined ? [] : [dataClock.afterRead, dataClock.afterWrite]),
  ];
}

/** Two timings, by the first name that the device has of each, and why the one is no less than the other. */
interface TimingOrder {
  readonly least: readonly string[];
  readonly of: readonly string[];
  readonly hint: string;
}

const GROUPS = 'Within a bank group the gap is no shorter than between groups.';

const ORDERS: readonly TimingOrder[] = [
  {
    least: ['nRRDS', 'nRRD'],
    of: ['nFAW'],
    hint: 'A window of four activates is no shorter than the gap between two.',
  },
  { least: ['nCCDS'], of: ['nCCDL'], hint: GROUPS },
  { least: ['nCCDS_WR'], of: ['nCCDL_WR'], hint: GROUPS },
  { least: ['nCCD'], of: ['nCCDSB'], hint: 'Within a bank the gap is no shorter than between banks.' },
  {
    least: ['nPBR2PBR', 'nRREFD'],
    of: ['nREFIpb'],
    hint: 'Refreshes of banks would pile up: give nREFI divided by the banks.',
  },
];

const REFRESH = ['nRFC', 'nRFCab'];
const INTERVALS = ['nREFI', 'nREFIpb'];
const BURSTS = ['nBL', 'nBL_min'];

/** What timings ask of one another. All of it follows from what a row goes through, whatever the standard calls it. */
function cycleConflicts({ timings, standard }: DramDevice): readonly ParameterConflict[] {
  const conflicts: ParameterConflict[] = [];
  const named = (names: readonly string[]): string => names.find((name) => name in timings) ?? '';
  const value = (name: string): number => timings[name] ?? NaN;
  const refuse = (name: string, problem: string, hint: string): void => {
    conflicts.push({ parameter: `timings.${name}`, message: `${name} = ${value(name)} ${problem}`, hint });
  };
  const [read, release] = [named(['nRCD', 'nRCDRD', 'nRCDr']), named(['nRTP', 'nRTPL', 'nRTPSB'])];
  // A row that is read has to stay open until the read lets go of it. Where the precharge writes back an activation counter
  // (nACU), nRAS is shorter than that, and the read alone holds the row.
  if (!('nACU' in timings) && value('nRAS') < value(read) + value(release)) {
    refuse('nRAS', `is less than ${read} + ${release} = ${value(read) + value(release)}`, DATA_SHEET);
  }
  // Data sheets round nRC by itself, so that it may fall a clock period short of the sum.
  const cycle = value('nRAS') + value('nRP');
  if (value('nRC') < cycle - 1) refuse('nRC', `is less than nRAS + nRP = ${cycle}`, DATA_SHEET);
  const refresh = named(REFRESH);
  if (value('nREFI') <= value(refresh)) {
    refuse('nREFI', `leaves no time beside a refresh of ${refresh} = ${value(refresh)}`, 'It is some us.');
  }
  for (const name of [...INTERVALS, ...BURSTS]) {
    if (value(name) === 0) refuse(name, 'is no time at all', DATA_SHEET);
  }
  for (const { least, of, hint } of ORDERS) {
    const [short, long] = [named(least), named(of)];
    if (value(long) < value(short)) refuse(long, `is less than ${short} = ${value(short)}`, hint);
  }
  if (evaluateGap(standard.readLatency, timings) <= 0) {
    refuse(named(['nCL', 'nRL']), `makes a read that takes no time (${standard.readLatency})`, DATA_SHEET);
  }
  return conflicts;
}
