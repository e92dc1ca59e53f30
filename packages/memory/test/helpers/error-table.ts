/** How far simulated times are from reference times: shares of the reference, by name of the group. */
export class ErrorTable {
  readonly #groups = new Map<string, number[]>();

  add(group: string, simulated: number, reference: number): number {
    const error = simulated / reference - 1;
    const errors = this.#groups.get(group) ?? [];
    errors.push(error);
    this.#groups.set(group, errors);
    return error;
  }

  /** The largest error of a group, whatever its sign; NaN for a group without a case. */
  worst(group: string): number {
    const errors = this.#groups.get(group) ?? [NaN];
    return Math.max(...errors.map(Math.abs));
  }

  count(group: string): number {
    return this.#groups.get(group)?.length ?? 0;
  }

  /** A line a group, for a reader: cases, lowest, mean and highest error in per cent. */
  toString(): string {
    const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
    return [...this.#groups]
      .map(([group, errors]) => {
        const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
        const range = `${percent(Math.min(...errors))} … ${percent(Math.max(...errors))}`;
        return `| ${group} | ${errors.length} | ${range} | ${percent(mean)} |`;
      })
      .join('\n');
  }
}
