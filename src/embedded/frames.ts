import fs from 'node:fs';
import { crc32 } from 'node:zlib';

/** Start of a log. Logs of the first format start with their first frame. */
export const OPENING = Buffer.from('wheelhouse log 2\n');
const OPENING_OF_ANY = 'wheelhouse log ';

/**
 * A frame: magic, length of the payload, CRC32 of length and payload, payload (BSON documents). Format 2 adds a
 * CRC32 of the three numbers before it and a mark after the payload. Thus a damaged length can be distinguished
 * from an incomplete write, and a complete frame never ends in zeros.
 */
const FORMATS = [
  { magic: Buffer.from('WHL1'), head: 12, mark: Buffer.alloc(0), trailingZeros: 16 },
  { magic: Buffer.from('WHL2'), head: 16, mark: Buffer.from('END\n'), trailingZeros: 4 },
] as const;
const [, LATEST] = FORMATS;

export function frame(documents: readonly Uint8Array[]): Buffer {
  const { magic, head, mark } = LATEST;
  const bytes = Buffer.concat([magic, Buffer.alloc(head - magic.length), ...documents, mark]);
  bytes.writeUInt32LE(bytes.length - head - mark.length, 4);
  bytes.writeUInt32LE(checksum(bytes, head, bytes.length - mark.length), 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 12)), 12);
  return bytes;
}

function checksum(bytes: Buffer, from: number, to: number): number {
  return crc32(bytes.subarray(from, to), crc32(bytes.subarray(4, 8)));
}

/** `unfinished`: the process or the machine stopped while it was written, so it was never acknowledged. */
type Found = { payload: Buffer; end: number } | 'unfinished' | 'damaged';

/**
 * Passes on the payload of every frame of a log, one at a time.
 * @returns where the last complete frame ends. What follows is a write that was never acknowledged: one fsync
 * ends one frame, and the next is written only after it
 * @throws Error with path and offset if the file is not a log, or is damaged
 */
export function readFrames(file: LogFile, each: (payload: Buffer) => void): number {
  let end = openingOf(file);
  while (end < file.size) {
    const found = frameAt(file, end);
    if (found === 'unfinished') return end;
    if (found === 'damaged')
      throw new Error(
        `${file.path} is damaged at offset ${end} of ${file.size}, so it was not opened and not changed; restore a copy of it, or move it away to begin with an empty store`,
      );
    each(found.payload);
    end = found.end;
  }
  return end;
}

/** @returns the length of the header: 0 in a log of the first format, or if it was not completed */
function openingOf(file: LogFile): number {
  const start = file.at(0, OPENING.length);
  if (start.equals(OPENING)) return start.length;
  const [first] = FORMATS;
  const began = [OPENING, first.magic].some((one) => isPrefix(start, one));
  if (began || isPrefix(first.magic, start) || file.isBlank(0)) return 0;
  const other = start.toString('latin1').startsWith(OPENING_OF_ANY)
    ? 'was written by another version of Wheelhouse'
    : 'is no log of the embedded store';
  throw new Error(`${file.path} ${other} (at offset 0), so it was not opened and not changed`);
}

function frameAt(file: LogFile, at: number, isLast = true): Found {
  const start = file.at(at, 4);
  const format = FORMATS.find(({ magic }) => isPrefix(start, magic));
  // Only zeros after the first bytes: the file grew, but the disk never received the data.
  if (!format) return at === 0 || file.isBlank(at + LATEST.head) ? 'unfinished' : 'damaged';
  const { head, mark, trailingZeros } = format;
  const numbers = file.at(at, head);
  if (numbers.length < head) return 'unfinished';
  if (format === LATEST && crc32(numbers.subarray(0, 12)) !== numbers.readUInt32LE(12))
    return file.isBlank(at + head) ? 'unfinished' : 'damaged';
  const total = head + numbers.readUInt32LE(4) + mark.length;
  const end = at + total;
  // In the first format the length itself may be damaged: complete frames after it would show that.
  if (end > file.size)
    return format !== LATEST && isLast && wholeFrameAfter(file, at) ? 'damaged' : 'unfinished';
  const whole = file.at(at, total);
  const payload = whole.subarray(head, total - mark.length);
  const isWhole = checksum(whole, head, total - mark.length) === numbers.readUInt32LE(8);
  if (isWhole && whole.subarray(total - mark.length).equals(mark)) return { payload, end };
  const stopped = end === file.size && isZero(whole.subarray(-trailingZeros));
  return stopped ? 'unfinished' : 'damaged';
}

function wholeFrameAfter(file: LogFile, at: number): boolean {
  const step = 1024 * 1024;
  for (let from = at + 1; from < file.size; from += step) {
    const bytes = Buffer.from(file.at(from, step + 3));
    for (const { magic } of FORMATS)
      for (let i = bytes.indexOf(magic); i !== -1; i = bytes.indexOf(magic, i + 1))
        if (typeof frameAt(file, from + i, false) === 'object') return true;
  }
  return false;
}

const isPrefix = (short: Buffer, long: Buffer) =>
  short.length <= long.length && long.subarray(0, short.length).equals(short);
const isZero = (bytes: Buffer) => bytes.every((byte) => byte === 0);

/** A file of any size, read through a window of some megabytes. */
export class LogFile {
  readonly path: string;
  readonly size: number;
  readonly #file: number;
  #window = Buffer.alloc(0);
  #from = 0;

  constructor(path: string, file: number) {
    this.path = path;
    this.#file = file;
    this.size = fs.fstatSync(file).size;
  }

  /** @returns the bytes there; fewer at the end of the file. Not modified later. */
  at(offset: number, length: number): Buffer {
    const end = Math.min(offset + length, this.size);
    if (offset < this.#from || end > this.#from + this.#window.length) this.#move(offset, end);
    return this.#window.subarray(offset - this.#from, Math.max(end, offset) - this.#from);
  }

  /** Whether only zeros follow: what a file system leaves of a write that it never made. */
  isBlank(offset: number): boolean {
    const step = 1024 * 1024;
    for (let at = offset; at < this.size; at += step) if (!isZero(this.at(at, step))) return false;
    return true;
  }

  #move(offset: number, end: number): void {
    const size = Math.min(Math.max(end - offset, 1024 * 1024), this.size - offset);
    this.#window = Buffer.allocUnsafe(Math.max(size, 0));
    this.#from = offset;
    for (let got = 0; got < this.#window.length; ) {
      const read = fs.readSync(
        this.#file,
        this.#window,
        got,
        this.#window.length - got,
        offset + got,
      );
      if (read === 0) throw new Error(`${this.path} became shorter while it was read`);
      got += read;
    }
  }
}
