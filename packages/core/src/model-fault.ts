import { isBranded, isInstance } from './brand.ts';

const MODEL_FAULT: unique symbol = Symbol.for('systole.ModelFault');

/**
 * A model, or the engine, broke its contract: a fault of ours or of a plugin, not of the input. `instanceof` knows those of
 * every copy of this package.
 */
export class ModelFault extends Error {
  readonly component: string;
  /** What it did, without its name. */
  readonly reason: string;

  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === ModelFault ? isBranded(value, MODEL_FAULT) : isInstance(value, this);
  }

  constructor(component: string, reason: string) {
    super(`component "${component}" broke its contract: ${reason}`);
    this.name = 'ModelFault';
    this.component = component;
    this.reason = reason;
  }

  get [MODEL_FAULT](): true {
    return true;
  }
}
