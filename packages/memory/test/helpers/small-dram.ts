/**
 * A DRAM that can be followed by hand: one channel of one bank group of two banks, rows of four bursts of 64 B, 4 ns a
 * burst, no activation window, no refresh.
 */
export const SMALL_DRAM: Readonly<Record<string, string | number>> = {
  channels: 1,
  bankGroups: 1,
  banksPerGroup: 2,
  rowBytes: '256 B',
  rowsPerBank: 64,
  burstBytes: '64 B',
  dataPins: 64,
  pinRate: '2 Gb/s',
  tRCD: '10 ns',
  tRP: '10 ns',
  tRAS: '30 ns',
  tRC: '40 ns',
  tCL: '10 ns',
  tCWL: '8 ns',
  tCCDS: '4 ns',
  tCCDL: '4 ns',
  tRRDS: '4 ns',
  tRRDL: '4 ns',
  tFAW: '0 ns',
  tWR: '10 ns',
  tRTP: '6 ns',
  tWTRS: '6 ns',
  tWTRL: '6 ns',
  refresh: 'none',
};
