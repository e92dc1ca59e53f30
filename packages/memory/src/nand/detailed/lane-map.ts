import type { FlashSpec } from './flash-spec.ts';

/** Where a page operation goes. */
export interface PageAddress {
  readonly channel: number;
  /** Of the channel: chip x dies of a chip + die. */
  readonly die: number;
  readonly plane: number;
  readonly block: number;
  readonly page: number;
}

/** The lanes of channels: what does one array operation at a time, by the kind of die and of controller. */
export class LaneMap {
  readonly perChannel: number;
  readonly #dies: number;
  readonly #planes: number;
  readonly #isOfPlanes: boolean;

  constructor(spec: FlashSpec) {
    const { chipsPerChannel, dieInterleave, diesPerChip, multiPlane, planesPerDie } = spec;
    this.#dies = dieInterleave ? 1 : diesPerChip;
    this.#isOfPlanes = multiPlane === 'independent';
    this.#planes = planesPerDie;
    const lanes = (chipsPerChannel * diesPerChip) / this.#dies;
    this.perChannel = this.#isOfPlanes ? lanes * planesPerDie : lanes;
  }

  laneOf({ channel, die, plane }: PageAddress): number {
    const ofDie = Math.floor(die / this.#dies);
    return channel * this.perChannel + (this.#isOfPlanes ? ofDie * this.#planes + plane : ofDie);
  }

  channelOf(lane: number): number {
    return Math.floor(lane / this.perChannel);
  }
}
