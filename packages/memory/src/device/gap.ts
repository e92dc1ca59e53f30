import { suggestName, SystoleError } from '@systole/core';

type Timings = Readonly<Record<string, number>>;

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|([-+*(),]))/y;

/**
 * A gap between commands, in clock periods: sums, differences and products of numbers and timing parameters, brackets and
 * `max(a, b, …)`, as in `nCWL + nBL + max(nWTRS, 2)`.
 *
 * @throws SystoleError with the name of a timing parameter that is missing, or with the column of what cannot be read.
 */
export function evaluateGap(expression: string, timings: Timings): number {
  return new GapReader(expression, timings).read();
}

/** The names of the timing parameters in a gap. */
export function namesInGap(expression: string): readonly string[] {
  const names = expression.match(/[A-Za-z_]\w*/g) ?? [];
  return [...new Set(names)].filter((name) => name !== 'max');
}

class GapReader {
  readonly #expression: string;
  readonly #timings: Timings;
  #at = 0;
  #token = '';

  constructor(expression: string, timings: Timings) {
    this.#expression = expression;
    this.#timings = timings;
  }

  read(): number {
    if (this.#expression.length > 1000) this.#refuse('is longer than 1000 characters');
    this.#advance();
    const value = this.#sum();
    if (this.#token !== '') this.#refuse(`has "${this.#token}" where it should end`);
    return value;
  }

  #sum(): number {
    let value = this.#product();
    while (this.#token === '+' || this.#token === '-') {
      const sign = this.#token === '+' ? 1 : -1;
      this.#advance();
      value += sign * this.#product();
    }
    return value;
  }

  #product(): number {
    let value = this.#factor();
    while (this.#token === '*') {
      this.#advance();
      value *= this.#factor();
    }
    return value;
  }

  #factor(): number {
    const token = this.#token;
    this.#advance();
    if (token === '-') return -this.#factor();
    if (token === '(') {
      const value = this.#sum();
      this.#expect(')');
      return value;
    }
    if (/^\d/.test(token)) return Number(token);
    if (token === 'max' && this.#token === '(') return this.#greatest();
    if (/^[A-Za-z_]/.test(token)) return this.#timing(token);
    return this.#refuse(token === '' ? 'ends too early' : `has "${token}" where a value should be`);
  }

  #greatest(): number {
    this.#expect('(');
    let value = this.#sum();
    while (this.#token === ',') {
      this.#advance();
      value = Math.max(value, this.#sum());
    }
    this.#expect(')');
    return value;
  }

  #timing(name: string): number {
    const value = Object.hasOwn(this.#timings, name) ? this.#timings[name] : undefined;
    if (value !== undefined) return value;
    throw new SystoleError({
      code: 'parameter/required',
      message: `timing parameter ${name} is missing: the gap "${this.#expression}" needs it`,
      place: { path: `timings.${name}` },
      hint: suggestName(name, Object.keys(this.#timings)),
    });
  }

  #expect(token: string): void {
    if (this.#token !== token) this.#refuse(`lacks "${token}"`);
    this.#advance();
  }

  #advance(): void {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#expression);
    if (match === null) {
      if (this.#expression.slice(this.#at).trim() !== '') this.#refuse('has a character that means nothing');
      this.#token = '';
      return;
    }
    this.#at = TOKEN.lastIndex;
    this.#token = match[1] ?? match[2] ?? match[3] ?? '';
  }

  #refuse(what: string): never {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `the gap "${this.#expression.slice(0, 100)}" ${what}, near column ${this.#at + 1}`,
      hint: 'Write a sum of timing parameters and numbers, such as nCWL + nBL + max(nWTRS, 2).',
    });
  }
}
