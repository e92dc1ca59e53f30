import type { AttAccDevice } from './attacc-device.ts';
import type { AttAccKind } from './attacc-request.ts';

export type AttentionLevel = 'bank' | 'bank-group' | 'buffer';

/** Like requests in order, made when they are asked for. */
export interface RequestList {
  readonly kind: AttAccKind;
  readonly count: number;
  readonly bankOf: (index: number) => number;
  readonly rowOf: (index: number) => number;
}

/** Rows between keys and values: 8 MiB of one bank's addresses. */
const BYTES_TO_VALUES = 2 ** 23;

/**
 * What one head asks of its channel. Keys lie in the rows of the units that work in parallel; a query's elements are split
 * among the banks of a group where each bank has a unit.
 */
export class AttentionPart {
  readonly channels: number;
  /** Scores that each unit computes, and MACs for each of them. */
  readonly scoreCount: number;
  readonly macsOfScore: number;
  /** Groups of output elements, and MACs for each of them. */
  readonly sumCount: number;
  readonly macsOfSum: number;
  readonly vectorWrites: RequestList;
  readonly scoreMacs: RequestList;
  readonly scoreMoves: RequestList;
  readonly softmax: RequestList;
  readonly weightMoves: RequestList;
  readonly sumMacs: RequestList;
  readonly sumMoves: RequestList;

  constructor(
    device: AttAccDevice,
    level: AttentionLevel,
    context: number,
    headDim: number,
    reserved: number,
    round: number,
    channels: number,
  ) {
    const { pseudoChannels, ranks, bankGroups, banksPerGroup, columnsPerRow, lanes, rowsPerBank } = device;
    this.channels = channels;
    // A column access holds `lanes` elements of two bytes.
    const rowBytes = columnsPerRow * lanes * 2;
    const parallel = level === 'buffer' ? pseudoChannels : pseudoChannels * ranks * bankGroups;
    const split = level === 'bank' ? banksPerGroup : 1;
    this.scoreCount = Math.ceil(context / parallel);
    this.macsOfScore = Math.ceil(headDim / (split * lanes));
    this.sumCount = Math.ceil(headDim / (split * lanes));
    this.macsOfSum = this.scoreCount;
    const bank = (rank: number, group: number, inner: number) =>
      (rank * bankGroups + group) * banksPerGroup + inner;

    const share = Math.ceil((reserved * headDim) / (pseudoChannels * ranks * bankGroups * banksPerGroup));
    const keyRow = Math.floor((round * share) / rowBytes);
    const valueRow = keyRow + BYTES_TO_VALUES / rowBytes;
    const list = (kind: AttAccKind, count: number, bankOf: RequestList['bankOf'] = () => 0): RequestList => ({
      kind,
      count,
      bankOf,
      rowOf: () => 0,
    });
    const macs = (count: number, row: number): RequestList => {
      const wrap = (value: number) => value % rowsPerBank;
      if (level === 'bank') {
        return { ...list('MAC_AB', count), rowOf: (index) => wrap(row + Math.floor(index / columnsPerRow)) };
      }
      if (level === 'bank-group') {
        // A row of one bank of each group, then one of the next.
        return {
          ...list('MAC_SB', count, (index) => Math.floor(index / columnsPerRow) % banksPerGroup),
          rowOf: (index) => wrap(row + Math.floor(index / (columnsPerRow * banksPerGroup))),
        };
      }
      // An access in each group of each rank in turn, then the same in the next bank of the groups.
      const groups = bankGroups * ranks;
      return {
        ...list('MAC_PB', count, (index) => {
          const group = index % groups;
          return group * banksPerGroup + (Math.floor(index / groups) % banksPerGroup);
        }),
        rowOf: (index) => wrap(row + Math.floor(index / (groups * banksPerGroup * columnsPerRow))),
      };
    };

    this.vectorWrites = list('WR_GB', split * this.macsOfScore, (index) =>
      Math.floor(index / this.macsOfScore),
    );
    this.scoreMacs = macs(this.scoreCount * this.macsOfScore, keyRow);
    this.softmax = list('SFM', 1);
    this.sumMacs = macs(this.sumCount * this.macsOfSum, valueRow);
    if (level === 'buffer') {
      this.scoreMoves = list('MV_SB', 1);
      this.weightMoves = list('MV_GB', Math.ceil(context / (pseudoChannels * lanes)));
      this.sumMoves = list('MV_SB', 1);
      return;
    }
    // Scores leave the groups of one rank and then of the other in turn; weights come back rank by rank.
    this.scoreMoves = list('MV_SB', bankGroups * ranks, (index) =>
      bank(index % ranks, Math.floor(index / ranks), 0),
    );
    const weights = Math.ceil(context / (parallel * lanes));
    this.weightMoves = list('MV_GB', ranks * bankGroups * weights, (index) => {
      const group = Math.floor(index / weights);
      return bank(Math.floor(group / bankGroups), group % bankGroups, 0);
    });
    this.sumMoves = list('MV_SB', split * ranks, (index) =>
      bank(index % ranks, 0, Math.floor(index / ranks)),
    );
  }
}
