import type { Bytes, Picoseconds } from '@systole/units';

/** What an operation does to its page, or to the block of its page. */
export const READ = 0;
export const PROGRAM = 1;
export const ERASE = 2;

/** Stands for no operation. */
export const NONE = -1;

const FIRST_CAPACITY = 256;

/** Page operations that are under way, as columns: an operation is an index, which is given out anew once it is done. */
export class OperationPool {
  kind = new Uint8Array(FIRST_CAPACITY);
  /** The die and plane of all, the block of the plane, and the place of the page in the block. */
  lane = new Int32Array(FIRST_CAPACITY);
  die = new Int32Array(FIRST_CAPACITY);
  plane = new Int32Array(FIRST_CAPACITY);
  block = new Int32Array(FIRST_CAPACITY);
  page = new Int32Array(FIRST_CAPACITY);
  bytes = new Float64Array(FIRST_CAPACITY);
  /** What the caller knows it by. */
  tag = new Int32Array(FIRST_CAPACITY);
  /** The lower has waited longer. */
  age = new Float64Array(FIRST_CAPACITY);
  isUrgent = new Uint8Array(FIRST_CAPACITY);
  /** Next in its queue, or in its group once it is commanded. */
  next = new Int32Array(FIRST_CAPACITY);
  /** An operation that must be done before, by index and serial number. */
  after = new Int32Array(FIRST_CAPACITY);
  afterSerial = new Float64Array(FIRST_CAPACITY);
  serial = new Float64Array(FIRST_CAPACITY);
  isFirstOfGroup = new Uint8Array(FIRST_CAPACITY);
  /** When it was asked for, when its command began, since when its lane was ready, and when the array began and ended. */
  submitted = new Float64Array(FIRST_CAPACITY);
  commanded = new Float64Array(FIRST_CAPACITY);
  dieReady = new Float64Array(FIRST_CAPACITY);
  arrayStart = new Float64Array(FIRST_CAPACITY);
  arrayEnd = new Float64Array(FIRST_CAPACITY);

  /** Times of its command and of its data on the bus (of a program: the data of all that share the command), and of the array. */
  commandTime = new Float64Array(FIRST_CAPACITY);
  moveTime = new Float64Array(FIRST_CAPACITY);
  arrayTime = new Float64Array(FIRST_CAPACITY);

  #capacity = FIRST_CAPACITY;
  #used = 0;
  #free = NONE;
  #serial = 0;
  #live = 0;

  /** Operations that are not done. */
  get live(): number {
    return this.#live;
  }

  add(
    kind: number,
    lane: number,
    die: number,
    plane: number,
    block: number,
    page: number,
    bytes: Bytes,
    tag: number,
    age: number,
    isUrgent: boolean,
    now: Picoseconds,
  ): number {
    let index = this.#free;
    if (index === NONE) {
      if (this.#used === this.#capacity) this.#grow();
      index = this.#used++;
    } else {
      this.#free = this.next[index] ?? NONE;
    }
    this.#live++;
    this.kind[index] = kind;
    this.lane[index] = lane;
    this.die[index] = die;
    this.plane[index] = plane;
    this.block[index] = block;
    this.page[index] = page;
    this.bytes[index] = bytes;
    this.tag[index] = tag;
    this.age[index] = age;
    this.isUrgent[index] = isUrgent ? 1 : 0;
    this.next[index] = NONE;
    this.after[index] = NONE;
    this.serial[index] = ++this.#serial;
    this.isFirstOfGroup[index] = 0;
    this.submitted[index] = now;
    return index;
  }

  /** Whether what an operation waits for is done. */
  isReady(index: number): boolean {
    const after = this.after[index] ?? NONE;
    if (after === NONE) return true;
    if (this.serial[after] === this.afterSerial[index]) return false;
    this.after[index] = NONE;
    return true;
  }

  wait(index: number, after: number): void {
    this.after[index] = after;
    this.afterSerial[index] = this.serial[after] ?? 0;
  }

  release(index: number): void {
    this.serial[index] = 0;
    this.next[index] = this.#free;
    this.#free = index;
    this.#live--;
  }

  #grow(): void {
    this.#capacity *= 2;
    const bytes = (old: Uint8Array): Uint8Array<ArrayBuffer> => {
      const grown = new Uint8Array(this.#capacity);
      grown.set(old);
      return grown;
    };
    const words = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(this.#capacity);
      grown.set(old);
      return grown;
    };
    const doubles = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(this.#capacity);
      grown.set(old);
      return grown;
    };
    this.kind = bytes(this.kind);
    this.isUrgent = bytes(this.isUrgent);
    this.isFirstOfGroup = bytes(this.isFirstOfGroup);
    this.lane = words(this.lane);
    this.die = words(this.die);
    this.plane = words(this.plane);
    this.block = words(this.block);
    this.page = words(this.page);
    this.tag = words(this.tag);
    this.next = words(this.next);
    this.after = words(this.after);
    this.bytes = doubles(this.bytes);
    this.age = doubles(this.age);
    this.afterSerial = doubles(this.afterSerial);
    this.serial = doubles(this.serial);
    this.submitted = doubles(this.submitted);
    this.commanded = doubles(this.commanded);
    this.dieReady = doubles(this.dieReady);
    this.arrayStart = doubles(this.arrayStart);
    this.arrayEnd = doubles(this.arrayEnd);

    this.commandTime = doubles(this.commandTime);
    this.moveTime = doubles(this.moveTime);
    this.arrayTime = doubles(this.arrayTime);
  }
}
