import type { DramDevice } from '../device/device.ts';
import { LEVELS } from '../device/level.ts';
import type { AddressMapping } from '../device/address-mapping.ts';
import type { PlaceAddress } from './trace-parser.ts';

/**
 * Turns places of a trace into byte addresses: the channel, the further levels that the standard has, outermost first, then
 * the row and the burst of the row.
 */
export function placeAddressOf(device: DramDevice, mapping: AddressMapping, channels: number): PlaceAddress {
  const { counts, standard, rowsPerBank, burstsPerRow, burstBytes } = device;
  const levels = LEVELS.filter((level) => level === 'channel' || standard.levels.includes(level));
  const names = [...levels, 'row', 'burst'];
  const sizes = [
    ...levels.map((level) => (level === 'channel' ? channels : counts[level])),
    rowsPerBank,
    burstsPerRow,
  ];
  return (place) => {
    if (place.length !== names.length) {
      const problem = `expected ${names.length} numbers (${names.join(', ')}), got ${place.length}`;
      return { index: 0, problem };
    }
    for (const [index, value] of place.entries()) {
      const size = sizes[index] ?? 0;
      if (value < size) continue;
      return { index, problem: `there is no ${names[index]} ${value}: they go from 0 to ${size - 1}` };
    }
    let bank = 0;
    for (let at = 1; at < levels.length; at++) bank = bank * (sizes[at] ?? 1) + (place[at] ?? 0);
    const [row = 0, column = 0] = place.slice(levels.length);
    return mapping.encode(place[0] ?? 0, bank, row, column) * burstBytes;
  };
}
