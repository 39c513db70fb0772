/** The bytes are not valid protobuf: truncated, another format, or constructed to be slow to read. */
export class Malformed extends Error {
  override name = 'Malformed';
}

export const VARINT = 0;
const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

/** As deep as the protobuf library reads, and so onnxruntime. */
const DEEPEST = 100;
/**
 * Far more than in any model: a million operators have this many messages. Limits hostile input to about a
 * second.
 */
const MOST_MESSAGES = 5_000_000;
const MOST_FIELDS = 50_000_000;
/** The largest field number that is one byte together with its wire type. */
const LONGEST_TAG = 15;

const text = new TextDecoder('utf-8');

/** What the messages of one file share. */
interface Source {
  bytes: Uint8Array;
  messagesLeft: number;
  fieldsLeft: number;
}

export const fieldsOf = (bytes: Uint8Array): Fields =>
  new Fields(
    { bytes, messagesLeft: MOST_MESSAGES, fieldsLeft: MOST_FIELDS },
    0,
    bytes.length,
    DEEPEST,
  );

/**
 * Walks the fields of one protobuf message in place: nothing is copied, each byte is read once, and unneeded
 * fields are skipped. Reads everything that onnxruntime's parser reads, including overlong numbers: a field
 * that only the other parser sees could hide something. Groups (wire types 3 and 4), which no version of ONNX
 * has, are refused. Format: https://protobuf.dev/programming-guides/encoding/
 */
export class Fields {
  /** Number and wire type of the field that `next` has found. */
  field = 0;
  wire = 0;
  private readonly source: Source;
  private readonly end: number;
  private readonly levels: number;
  private at: number;
  private start = 0;
  /** Where the field begins, with its number. */
  private begin = 0;
  /** The two halves of a number, each unsigned. */
  private low = 0;
  private high = 0;

  constructor(source: Source, start: number, end: number, levels: number) {
    if (levels < 0) throw new Malformed(`it is nested deeper than ${DEEPEST} levels`);
    source.messagesLeft -= 1;
    if (source.messagesLeft < 0) throw new Malformed('it has too many parts for a model');
    this.source = source;
    this.at = start;
    this.end = end;
    this.levels = levels;
  }

  /** Goes to the next field. Throws Malformed. */
  next(): boolean {
    if (this.at >= this.end) return false;
    this.begin = this.at;
    this.source.fieldsLeft -= 1;
    if (this.source.fieldsLeft < 0) throw new Malformed('it has too many fields for a model');
    this.varint();
    if (this.high !== 0) throw this.broken('a field number is too large');
    this.field = this.low >>> 3;
    this.wire = this.low & 7;
    if (this.field === 0) throw this.broken('a field has the number 0');
    this.start = this.at;
    if (this.wire === VARINT) this.varint();
    else if (this.wire === FIXED64) this.skip(8);
    else if (this.wire === FIXED32) this.skip(4);
    else if (this.wire === BYTES) {
      this.varint();
      this.start = this.at;
      this.skip(this.high * 2 ** 32 + this.low);
    } else throw this.broken(`wire type ${this.wire} does not occur in ONNX`);
    return true;
  }

  is(field: number, wire: number): boolean {
    return this.field === field && this.wire === wire;
  }

  /**
   * Skips following fields with the same one-byte tag: forests write one number per field, a hundred million of
   * them in half a gigabyte. Counts as one field.
   */
  skipAlike(): void {
    const { bytes } = this.source;
    const { end, wire } = this;
    // A number of two bytes would be taken for one of one byte.
    if (this.field > LONGEST_TAG) return;
    const tag = (this.field << 3) | wire;
    if (wire === FIXED32 || wire === FIXED64) {
      const step = wire === FIXED32 ? 5 : 9;
      let at = this.at;
      while (at + step <= end && bytes[at] === tag) at += step;
      this.at = at;
      return;
    }
    while (this.at < end && bytes[this.at] === tag) {
      this.at += 1;
      this.varint();
      if (wire === BYTES) this.skip(this.high * 2 ** 32 + this.low);
    }
  }

  /** The number as int64. Exact up to 2^53. */
  int64(): number {
    return (this.high | 0) * 2 ** 32 + this.low;
  }

  /** The number as protobuf reads an int32 or an enum: the upper half is dropped. */
  int32(): number {
    return this.low | 0;
  }

  /** The text of the field, cut after `longest` bytes. */
  string(longest: number): string {
    const end = Math.min(this.at, this.start + longest);
    return text.decode(this.source.bytes.subarray(this.start, end));
  }

  /** The bytes of the field with its number, and of those that `skipAlike` has skipped. */
  whole(): Uint8Array {
    return this.source.bytes.subarray(this.begin, this.at);
  }

  /** The message that is the field. */
  message(): Fields {
    return new Fields(this.source, this.start, this.at, this.levels - 1);
  }

  private skip(length: number): void {
    this.at += length;
    if (this.at > this.end) throw this.broken('it ends in the middle of a field');
  }

  private varint(): void {
    const { bytes } = this.source;
    const first = this.at < this.end ? bytes[this.at] : undefined;
    this.high = 0;
    if (first !== undefined && first < 0x80) {
      this.low = first;
      this.at += 1;
      return;
    }
    this.low = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) throw this.broken('it ends in the middle of a number');
      const byte = bytes[this.at++] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 32) this.low = (this.low | (bits << shift)) >>> 0;
      if (shift === 28) this.high = bits >>> 4;
      else if (shift > 28) this.high = (this.high | (bits << (shift - 32))) >>> 0;
      if (byte < 0x80) return;
    }
    throw this.broken('a number does not end');
  }

  private broken(what: string): Malformed {
    return new Malformed(`${what} (at byte ${Math.min(this.at, this.end)})`);
  }
}
