import type { DramDevice } from '../device/device.ts';

/** What the texts of the standards say of a family beside its timing parameters. */
export interface FamilyFacts {
  /** Clock periods on the command bus of those commands that take more or less than one. */
  readonly clocks: Readonly<Record<string, number>>;
  /** Whether row and column commands have a bus each. */
  readonly hasRowBus: boolean;
  /** Whether commands may start at half clock periods; then only the precharges may start at either half. */
  readonly hasHalfStarts: boolean;
  /** From the last read to a write of the same rank, in clock periods, where it is no parameter of its own. */
  readonly readToWrite?: (readLatency: number, burst: number, writeLatency: number) => number;
}

const PLAIN: FamilyFacts = {
  clocks: {},
  hasRowBus: false,
  hasHalfStarts: false,
  // Read data, and the preamble and postamble of two clock periods, have left the bus before the data of the write.
  readToWrite: (readLatency, burst, writeLatency) => readLatency + burst + 2 - writeLatency,
};

const TWO_CLOCK_COLUMNS = { ACT: 2, RD: 2, RDA: 2, WR: 2, WRA: 2 };
const EARLY_HBM: FamilyFacts = { ...PLAIN, clocks: { ACT: 2 }, hasRowBus: true };
const LATE_HBM: FamilyFacts = {
  clocks: { ACT: 1.5, PREpb: 0.5, PREab: 0.5, REFab: 0.5, REFpb: 0.5 },
  hasRowBus: true,
  hasHalfStarts: true,
};

const FAMILIES: Readonly<Record<string, FamilyFacts>> = {
  DDR3: PLAIN,
  DDR4: PLAIN,
  DDR5: {
    ...PLAIN,
    clocks: TWO_CLOCK_COLUMNS,
    readToWrite: (readLatency, burst, writeLatency) => readLatency + burst + 4 - writeLatency,
  },
  LPDDR5: PLAIN,
  LPDDR6: {
    clocks: Object.fromEntries(
      'ACT1 ACT2 PREpb PREab CAS RD_S WR_S RDA_S WRA_S REFab'.split(' ').map((name) => [name, 2]),
    ),
    hasRowBus: false,
    hasHalfStarts: false,
  },
  GDDR6: { ...PLAIN, readToWrite: (readLatency) => readLatency + 1 },
  GDDR7: { clocks: TWO_CLOCK_COLUMNS, hasRowBus: true, hasHalfStarts: false },
  HBM1: EARLY_HBM,
  HBM2: EARLY_HBM,
  HBM3: LATE_HBM,
  HBM4: LATE_HBM,
};

/** The facts of the device's family; of one that is not known here, those that its own table says of its commands. */
export function familyFacts({ standard }: DramDevice): FamilyFacts {
  const known = Object.hasOwn(FAMILIES, standard.name) ? FAMILIES[standard.name] : undefined;
  if (known !== undefined) return known;
  return {
    ...PLAIN,
    clocks: Object.fromEntries(standard.commands.map(({ name, clocks = 1 }) => [name, clocks])),
    hasRowBus: standard.rowBus,
    hasHalfStarts: standard.ticksPerClock === 2,
  };
}
