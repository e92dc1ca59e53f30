import { SystoleError } from '@systole/core';
import { formatQuantity } from '@systole/units';
import { figuresWithout, indexOfPoint } from '../sram/array-figures.ts';
import { SRAM_CELLS } from '../sram/cacti-table.ts';
import { estimateSram, sramComplaint } from '../sram/estimate-sram.ts';
import { SRAM_QUANTITIES } from '../sram/sram-point.ts';
import type { SramArray, SramFigures, SramQuantity } from '../sram/sram-point.ts';
import type { CaseError } from './case-error.ts';

/** A row of `reference/sram-cacti.json`. Figures that are left out are not compared. */
export interface SramReferenceRow {
  readonly capacity_bytes: number;
  readonly access_width_bytes: number;
  readonly tech_nm: number;
  readonly cell: string;
  /** One port for both unless it says otherwise. */
  readonly ports?: 'single' | 'read-write';
  readonly banks?: number;
  readonly access_time_ns?: number;
  readonly cycle_time_ns?: number;
  readonly read_energy_pj?: number;
  readonly write_energy_pj?: number;
  readonly leakage_mw?: number;
  readonly gate_leakage_mw?: number;
  readonly area_mm2?: number;
}

/** The columns of a row that are compared. */
const COLUMNS = {
  accessTime: 'access_time_ns',
  cycleTime: 'cycle_time_ns',
  readEnergy: 'read_energy_pj',
  writeEnergy: 'write_energy_pj',
  leakage: 'leakage_mw',
  gateLeakage: 'gate_leakage_mw',
  area: 'area_mm2',
} as const satisfies Record<SramQuantity, keyof SramReferenceRow>;

/**
 * The figures of an array beside the reference's. A point that the model's table has is left out of the table for it; any other one
 * is looked up as a user would. Throws `argument/invalid` for a row that is none, and `parameter/out-of-range` for an array that
 * the model gives no figures for.
 */
export function sramErrors(row: SramReferenceRow): readonly CaseError[] {
  const { ports = 'single', banks = 1 } = row;
  const array = arrayOf(row);
  const { capacity, width, node, cell } = array;
  const shown = (bytes: number): string => formatQuantity(bytes, 'data');
  const suffix = `${banks === 1 ? '' : ` ${banks} banks`}${ports === 'single' ? '' : ` ${ports}`}`;
  const group = `${cell} ${node} nm`;
  const id = `${group} ${shown(capacity)} x ${shown(width)}${suffix}`;
  const index = ports === 'single' && banks === 1 ? indexOfPoint(array) : -1;
  const figures = index >= 0 ? figuresWithout(index) : lookUp({ ...array, ports, banks }, id);
  return SRAM_QUANTITIES.flatMap((quantity) => {
    const reference = row[COLUMNS[quantity]];
    return reference === undefined
      ? []
      : [{ id, peer: 'cacti', group, quantity, simulated: figures[quantity], reference }];
  });
}

function arrayOf(row: SramReferenceRow): SramArray {
  const { capacity_bytes: capacity, access_width_bytes: width, tech_nm: node, banks = 1 } = row;
  const cell = SRAM_CELLS.find((name) => name === row.cell);
  const isWhole = [capacity, width, banks].every((size) => Number.isSafeInteger(size) && size >= 1);
  const isGiven = Object.values(COLUMNS).every((column) => isFigure(row[column]));
  if (cell !== undefined && isWhole && isFigure(node) && isGiven) return { capacity, width, node, cell };
  throw new SystoleError({
    code: 'argument/invalid',
    message: `no SRAM: ${capacity} B of ${banks} banks, ${width} B wide, ${node} nm, cell "${row.cell}"`,
    hint: `Sizes are whole numbers from 1 on, figures are above zero, cells are ${SRAM_CELLS.join(', ')}.`,
  });
}

function isFigure(value: number | undefined): boolean {
  return value === undefined || (value > 0 && value < Infinity);
}

function lookUp(
  shape: SramArray & { readonly ports: 'single' | 'read-write'; readonly banks: number },
  id: string,
): SramFigures {
  const complaint = sramComplaint(shape);
  if (complaint !== undefined) {
    const { message, hint } = complaint;
    throw new SystoleError({ code: 'parameter/out-of-range', message: `${id}: ${message}`, hint });
  }
  const { accessTime, cycleTime, readEnergy, writeEnergy, leakage, gateLeakage, area } = estimateSram(shape);
  return {
    accessTime: accessTime / 1e3,
    cycleTime: cycleTime / 1e3,
    readEnergy: readEnergy / 1e3,
    writeEnergy: writeEnergy / 1e3,
    leakage: leakage * 1e3,
    gateLeakage: gateLeakage * 1e3,
    area,
  };
}
