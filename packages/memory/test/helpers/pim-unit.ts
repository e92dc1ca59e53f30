import { defineComponent } from '@systole/core';
import type { Part, SegmentConsumer } from '@systole/core';

/** What a unit of a test is to be like. Times in ps. */
export interface UnitShape {
  readonly interval?: number;
  readonly drain?: number;
  readonly accumulators?: number;
  /** Bytes of a sum; 2 when left out. */
  readonly sumBytes?: number;
}

const BYTES_PER_ELEMENT = 2;

/** An in-memory compute unit of 16-bit elements that counts what it is given. */
export function pimUnit(shape: UnitShape = {}): Part {
  const { interval = 0, drain = 0, accumulators = 1, sumBytes = BYTES_PER_ELEMENT } = shape;
  const declaration = defineComponent({
    type: 'test/pim-unit',
    role: 'compute',
    summary: 'A unit with the stated times.',
    parameters: {},
    ports: {},
    accepts: {},
    inMemory: 'unit',
    statistics: { segments: { unit: 'segments', help: 'Segments consumed' } },
    facts: () => ({ minimumLatency: 0, resources: 1 }),
    lowerBound: () => 0,
    create: (context) => {
      const segmentStatistic = context.statistic('segments');
      const consumer: SegmentConsumer = {
        accumulators,
        interval: () => interval,
        drain: () => drain,
        resultBytes: () => sumBytes,
        macsPerSegment: (segment) => segment / BYTES_PER_ELEMENT,
        supports: (format) => format === 'bf16',
        consume: (segments, segment, _format, useful) => {
          context.host.count(segmentStatistic, segments);
          context.host.macs(useful, (segments * segment) / BYTES_PER_ELEMENT - useful);
        },
      };
      return {
        accept: () => {
          throw new Error('this unit takes no transactions');
        },
        save: () => [],
        load: () => {},
        consumer: () => consumer,
      };
    },
  });
  return { name: 'unit', declaration, values: {} };
}
