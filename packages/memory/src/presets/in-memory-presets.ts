import type { Preset } from '@systole/core';

/**
 * What the commands of in-memory compute cost beside the rows themselves, on the devices that were published: each sets the
 * overheads alone and leaves the array, its rows and its refresh as they are, so that it can follow any preset of a device. Times
 * are those of the published device; a window of activates is that of the memory itself. What a preset cannot say is in its source.
 */
export const inMemoryPresets: Readonly<Record<string, Preset>> = {
  'in-memory-ideal': {
    help: 'In-memory compute without overheads: no mode switches, sums read meanwhile, no limit of activates or rate',
    values: {
      modeSwitch: '0 ps',
      resultReads: 'overlapped',
      allBankActivation: 'simultaneous',
      tPrechargeStep: '0 ps',
      macSlowdown: 1,
    },
    source: {
      source: 'the ideal stream of rows',
      confidence: 'inferred',
      note: 'no device: what the others are held against',
    },
  },
  'in-memory-aim': {
    help: 'Overheads of in-memory compute as in GDDR6-AiM: everything in turn, 32 clocks to switch modes',
    values: {
      modeSwitch: '16 ns',
      tRCDMac: '28 ns',
      resultReads: 'exclusive',
      allBankActivation: 'simultaneous',
      tPrechargeStep: '0 ps',
      macSlowdown: 1,
    },
    source: {
      source: 'arkhadem/aim_simulator (0f28a07): nMODCH 32, nRCDRDMAC 56',
      confidence: 'secondary',
      note:
        'its authors’ estimates; clocks of 0.5 ns, with which a column access takes the 1 ns of the device. ' +
        'Its blocking read of the sums takes a clock more than tCCDS, which is left out',
    },
  },
  'in-memory-hbm-pim': {
    help: 'Overheads of in-memory compute as in HBM2-PIM: registers are reached through rows, a column access at a time',
    values: {
      modeSwitch: '28.75 ns',
      tBufferWrite: '4 ns',
      resultReads: 'exclusive',
      allBankActivation: 'simultaneous',
      tPrechargeStep: '0 ps',
      macSlowdown: 1,
    },
    source: {
      source: 'SAITPublic/PIMSimulator at b464dde, ini/HBM2_samsung_2M_16B_x64.ini',
      confidence: 'inferred',
      note:
        'from its gaps: a switch is the mean of write to read (19 clocks of 1 ns) and read to write (15) on even banks, and of ' +
        'closing the register row (54) and opening it again (27) on odd ones. That its units do not add up their lanes, and ' +
        'keep eight sums, is for the unit to say',
    },
  },
  'in-memory-newton': {
    help: 'Overheads of in-memory compute as in Newton: four banks opened per tFAW, banks closed one by one',
    values: {
      modeSwitch: '0 ps',
      tBufferWrite: '3.875 ns',
      resultReads: 'exclusive',
      allBankActivation: 'windowed',
      tPrechargeStep: '1 ns',
      macSlowdown: 1,
    },
    source: {
      source: 'casys-kaist/NeuPIMs, extern/NewtonSim at f299af3, single row buffer',
      confidence: 'secondary',
      note:
        'a row of 32 columns goes into the buffer in 124 clocks of 1 ns with opening and closing it. That a row is held back ' +
        'before a refresh is left out',
    },
  },
  'in-memory-attacc': {
    help: 'Overheads of in-memory compute as in AttAcc: column accesses half as often again apart for power, sums moved meanwhile',
    values: {
      modeSwitch: '0 ps',
      resultReads: 'overlapped',
      allBankActivation: 'simultaneous',
      tPrechargeStep: '0 ps',
      macSlowdown: 1.5,
    },
    source: {
      source: 'scale-snu/attacc_simulator (c600051), preset HBM3_5.2Gbps: nCCDAB 6 and nCCDL 4',
      confidence: 'secondary',
      note: 'its authors’ estimate of what the power of a stack allows; vectors, which move meanwhile there, are written first here',
    },
  },
};
