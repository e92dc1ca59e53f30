/** Bytes that can be read anywhere, such as a file or a buffer. Packages read files through it and never by themselves. */
export interface ByteSource {
  /** What it is called in messages. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /** `length` bytes from `offset` on, both inside of it. The caller may keep neither the array nor a view of it. */
  read(offset: number, length: number): Uint8Array;
}

/** Bytes that are in memory already. */
export function bytesInMemory(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}
