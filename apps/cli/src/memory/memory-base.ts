import type {
  AIM_PRESETS,
  ATTACC_PRESETS,
  ControllerPolicy,
  DramDevice,
  DramValues,
  FlashSpec,
  hbmPimPresets,
  newtonPresets,
} from '@systole/memory';

/** A DRAM with its controllers. */
export interface DramBase {
  readonly kind: 'dram';
  readonly name: string;
  readonly device: DramDevice;
  readonly policy: ControllerPolicy;
  readonly channels: number;
  /** The device preset that it is, or was made from. */
  readonly preset?: string;
  /** Figures of energy that it names itself. */
  readonly energy?: { readonly figures?: string; readonly ioPerBit?: number; readonly devices?: number };
  /** As the component memory/dram has it, for the fast level; its channels are data buses. */
  readonly values?: DramValues;
}

/** Flash with a back end and a host that keeps a queue. */
export interface FlashBase {
  readonly kind: 'flash';
  readonly name: string;
  readonly spec: FlashSpec;
  readonly source: string;
}

/** A memory that computes in its banks. */
export type PimBase = { readonly kind: 'in-memory-compute'; readonly name: string } & (
  | { readonly family: 'aim'; readonly device: (typeof AIM_PRESETS)[keyof typeof AIM_PRESETS]['device'] }
  | {
      readonly family: 'attacc';
      readonly device: (typeof ATTACC_PRESETS)[keyof typeof ATTACC_PRESETS]['device'];
    }
  | { readonly family: 'hbm-pim'; readonly device: (typeof hbmPimPresets)[string] }
  | { readonly family: 'newton'; readonly device: (typeof newtonPresets)[string] }
);

export type MemoryBase = DramBase | FlashBase | PimBase;
