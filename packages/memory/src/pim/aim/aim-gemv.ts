import { SystoleError } from '@systole/core';
import type { RowStream } from '../ideal-stream.ts';
import { requireWhole } from '../pim-result.ts';
import type { AimDevice } from './aim-device.ts';
import type { AimInstruction } from './aim-instruction.ts';

/** A product of an M x K matrix, spread over the banks of all channels, with a vector. */
export interface AimGemv {
  readonly M: number;
  readonly K: number;
  /** Channels among which the rows of the matrix are spread; 1 when left out. */
  readonly channels?: number;
  /** Whether sums are preset before they are accumulated. */
  readonly bias?: boolean;
  /**
   * `vector-stationary` keeps a tile of the vector in the buffer for all rows of the matrix, `output-stationary` the sums
   * in the banks for all tiles.
   */
  readonly order?: 'vector-stationary' | 'output-stationary';
  /** Whether short matrix rows share a DRAM row; only where the vector has a single tile. */
  readonly packed?: boolean;
}

/** How a matrix lies in the banks: groups of one matrix row per bank and channel, tiles of what the vector buffer holds. */
export interface AimGemvShape {
  readonly groups: number;
  readonly tiles: number;
  /** Column accesses of every tile but the last, and of the last. */
  readonly tileColumns: number;
  readonly lastColumns: number;
  /** Groups that share a DRAM row. */
  readonly groupsPerRow: number;
}

/** Throws where the shape is none, or cannot be packed. */
export function aimGemvShape(device: AimDevice, gemv: AimGemv): AimGemvShape {
  const { M, K, channels = 1, packed = false } = gemv;
  requireWhole('M', M, 1, 2 ** 40);
  requireWhole('K', K, 1, 2 ** 40);
  requireWhole('channels', channels, 1, 2 ** 20);
  const groups = Math.ceil(M / (device.bankGroups * device.banksPerGroup * channels));
  const tileColumns = Math.min(device.bufferColumns, device.columnsPerRow);
  const columns = Math.ceil(K / device.lanes);
  const tiles = Math.ceil(columns / tileColumns);
  if (packed && tiles > 1) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `a vector of ${K} has ${tiles} tiles, and matrix rows share a DRAM row only where it has one`,
      place: { path: 'packed' },
      hint: `Leave packed out, or take K up to ${tileColumns * device.lanes}.`,
    });
  }
  const lastColumns = columns - (tiles - 1) * tileColumns;
  const groupsPerRow = packed ? Math.floor(device.columnsPerRow / lastColumns) : 1;
  return { groups, tiles, tileColumns, lastColumns, groupsPerRow };
}

/**
 * The rows of a GEMV and the accesses in each, for `idealStream`. Where the vector has several tiles that differ, they come
 * tile by tile, as they do where the vector stays.
 */
export function aimGemvRows(device: AimDevice, gemv: AimGemv): RowStream[] {
  const { groups, tiles, tileColumns, lastColumns, groupsPerRow } = aimGemvShape(device, gemv);
  const full = Math.floor(groups / groupsPerRow);
  return [
    { rows: (tiles - 1) * groups, columns: tileColumns },
    { rows: full, columns: lastColumns * groupsPerRow },
    { rows: groups % groupsPerRow === 0 ? 0 : 1, columns: lastColumns * (groups % groupsPerRow) },
  ];
}

/** The instructions of a GEMV. The same object comes again and again with other fields. */
export function* aimGemv(device: AimDevice, gemv: AimGemv): Generator<AimInstruction> {
  const { bias = false, order = 'vector-stationary' } = gemv;
  const { groups, tiles, tileColumns, lastColumns, groupsPerRow } = aimGemvShape(device, gemv);
  const mac: { opcode: 'MAC_ABK'; size: number; row: number } = { opcode: 'MAC_ABK', size: 1, row: 0 };
  const columnsOf = (tile: number) => (tile === tiles - 1 ? lastColumns : tileColumns);
  const at = (group: number, tile: number) => {
    mac.size = columnsOf(tile);
    mac.row = groupsPerRow > 1 ? Math.floor(group / groupsPerRow) : group * tiles + tile;
    return mac;
  };
  yield CONFIGURE;
  if (order === 'vector-stationary') {
    for (let tile = 0; tile < tiles; tile++) {
      yield { opcode: 'WR_GB', size: columnsOf(tile) };
      for (let group = 0; group < groups; group++) {
        if (bias) yield PRESET;
        yield at(group, tile);
        yield READ_SUMS;
      }
    }
    return;
  }
  for (let group = 0; group < groups; group++) {
    if (bias) yield PRESET;
    for (let tile = 0; tile < tiles; tile++) {
      // A vector of a single tile stays in the buffer.
      if (tiles > 1 || group === 0) yield { opcode: 'WR_GB', size: columnsOf(tile) };
      yield at(group, tile);
    }
    yield READ_SUMS;
  }
}

const CONFIGURE: AimInstruction = { opcode: 'WR_CFR' };
const PRESET: AimInstruction = { opcode: 'WR_BIAS' };
const READ_SUMS: AimInstruction = { opcode: 'RD_MAC' };
