/** A model, or the engine, broke its contract: a fault of ours or of a plugin, not of the input. */
export class ModelFault extends Error {
  readonly component: string;

  constructor(component: string, message: string) {
    super(`component "${component}" broke its contract: ${message}`);
    this.name = 'ModelFault';
    this.component = component;
  }
}
