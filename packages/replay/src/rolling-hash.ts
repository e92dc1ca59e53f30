/**
 * A 64-bit digest of a sequence of texts, as two 32-bit FNV-1a hashes with different offsets: enough to tell inputs apart by
 * accident, not against an adversary.
 */
export class RollingHash {
  #first = 0x811c9dc5;
  #second = 0x9e3779b9;

  add(text: string): void {
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      this.#first = Math.imul(this.#first ^ unit, 0x01000193);
      this.#second = Math.imul(this.#second ^ unit, 0x01000193) ^ (this.#second >>> 15);
    }
    this.#first = Math.imul(this.#first ^ 0x10ffff, 0x01000193);
    this.#second = Math.imul(this.#second ^ 0x10ffff, 0x01000193);
  }

  hex(): string {
    return [this.#first, this.#second].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
