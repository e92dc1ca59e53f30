/** Lines of text that comes in chunks of any size. Holds one chunk and the start of a line. */
export class LineScanner {
  /** What the current line is part of, and where in it. */
  text = '';
  start = 0;
  end = 0;
  /** Number of the current line, counted from 1. */
  line = 0;
  #at = 0;
  #isClosed = false;

  /** Characters of a line that has no end yet. */
  get pending(): number {
    return this.text.length - this.#at;
  }

  /** Takes the next chunk, once `next` has said that there is no whole line left. */
  feed(chunk: string): void {
    this.text = this.text.slice(this.#at) + chunk;
    this.#at = 0;
  }

  /** Says that no chunk follows: what is left is a line. */
  close(): void {
    this.#isClosed = true;
  }

  /** Goes on to the next line. False when it takes another chunk, and after `close` when there is none. */
  next(): boolean {
    const { text } = this;
    const found = text.indexOf('\n', this.#at);
    if (found < 0 && !(this.#isClosed && this.#at < text.length)) return false;
    this.start = this.#at;
    this.end = found < 0 ? text.length : found;
    this.#at = found < 0 ? text.length : found + 1;
    this.line++;
    return true;
  }
}
