/** A time or duration in picoseconds. Event time is an integer below 2^53; a parsed time need not be one. */
export type Picoseconds = number;

/** A clock frequency in hertz. */
export type Hertz = number;

/** An amount of data in bytes of eight bits. A quantity given in bits may be a fraction of a byte. */
export type Bytes = number;

/** A data rate in bytes per second, as of a link, a bus or a whole memory. */
export type BytesPerSecond = number;

/** The data rate of one pin in bits per second. A transfer carries one bit a pin, so 1 GT/s is 1e9. */
export type BitsPerSecond = number;

/** An energy in femtojoules. */
export type Femtojoules = number;

/** A power in watts. */
export type Watts = number;

/** An electric potential in volts. */
export type Volts = number;

/** An electric current in amperes. */
export type Amperes = number;

/** An area in square millimetres. */
export type SquareMillimetres = number;
