import fs from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Doc, decode } from './values.ts';

const COMPACT_FROM_BYTES = 4 * 1024 * 1024;

/**
 * The append-only file behind the store. It waits for the disk and lets nothing happen meanwhile: this
 * process has nothing to say before its writes are durable.
 */
export class Log {
  readonly #path: string;
  #file: number;
  #size = 0;
  #compactAt = 0;

  constructor(dir: string) {
    this.#path = join(dir, 'store.log');
    fs.rmSync(`${this.#path}.tmp`, { force: true });
    this.#file = fs.openSync(this.#path, 'a', 0o600);
  }

  /**
   * Hands on every entry, and cuts off a torn last frame.
   * @throws Error that names file and offset when anything before the last frame is damaged
   */
  load(apply: (entry: Doc) => void): void {
    const bytes = fs.readFileSync(this.#path);
    const end = replay(bytes, this.#path, apply);
    const torn = bytes.length - end;
    if (torn > 0) console.error(`${this.#path}: cut ${torn} bytes of a write that never finished`);
    fs.ftruncateSync(this.#file, end);
    fs.fsyncSync(this.#file);
    this.#startAt(end);
  }

  /** @throws Error when the disk does not take the entries; the file is as before then */
  append(entries: readonly Uint8Array[]): void {
    const bytes = frame(entries);
    try {
      fs.appendFileSync(this.#file, bytes);
      fs.fdatasyncSync(this.#file);
      this.#size += bytes.length;
    } catch (cause) {
      fs.ftruncateSync(this.#file, this.#size);
      throw new Error(`writing ${this.#path}: ${String(cause)}`, { cause });
    }
  }

  /**
   * Puts a snapshot in the place of all entries, if they have doubled. @returns whether it did
   * @throws Error when the disk does not take the snapshot; the log is as before then
   */
  compact(snapshot: () => Iterable<Uint8Array>): boolean {
    if (this.#size < this.#compactAt) return false;
    // A frame for each entry: the file is synced before anybody reads it, and never torn.
    const bytes = Buffer.concat(Array.from(snapshot(), (entry) => frame([entry])));
    fs.writeFileSync(`${this.#path}.tmp`, bytes, { mode: 0o600, flush: true });
    fs.renameSync(`${this.#path}.tmp`, this.#path);
    fs.closeSync(this.#file);
    this.#file = fs.openSync(this.#path, 'a');
    this.#startAt(bytes.length);
    return true;
  }

  #startAt(size: number): void {
    this.#size = size;
    this.#compactAt = Math.max(size * 2, COMPACT_FROM_BYTES);
    // A new name in a folder is durable only when the folder is.
    const folder = fs.openSync(dirname(this.#path), 'r');
    fs.fsyncSync(folder);
    fs.closeSync(folder);
  }
}

/** A frame: `WHL1`, length of the payload, CRC32 of length and payload, payload (BSON documents). */
const MAGIC = Buffer.from('WHL1');
const HEADER = 12;

function frame(documents: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat([MAGIC, Buffer.alloc(HEADER - MAGIC.length), ...documents]);
  bytes.writeUInt32LE(bytes.length - HEADER, 4);
  bytes.writeUInt32LE(checksum(bytes), 8);
  return bytes;
}

const checksum = (bytes: Buffer) => crc32(bytes.subarray(HEADER), crc32(bytes.subarray(4, 8)));

/**
 * Hands on every document of a log.
 * @returns where the last whole frame ends. What follows is a write that nobody was told of: one fsync
 *   ends one frame, and the next is written only after it
 * @throws Error with path and offset where whole frames follow a bad one, which must be damage
 */
function replay(bytes: Buffer, path: string, each: (document: Doc) => void): number {
  let end = 0;
  for (let whole = frameAt(bytes, end); whole; whole = frameAt(bytes, end)) {
    for (let i = HEADER; i < whole.length; i += whole.readInt32LE(i))
      each(decode(whole.subarray(i, i + whole.readInt32LE(i))));
    end += whole.length;
  }
  for (let next = end; next !== -1; next = bytes.indexOf(MAGIC, next + 1)) {
    if (!frameAt(bytes, next)) continue;
    throw new Error(
      `${path} is damaged at offset ${end}: whole records follow at ${next}; restore a copy of it`,
    );
  }
  return end;
}

function frameAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + HEADER > bytes.length || !bytes.subarray(at, at + 4).equals(MAGIC)) return undefined;
  const end = at + HEADER + bytes.readUInt32LE(at + 4);
  const whole = bytes.subarray(at, end);
  return end <= bytes.length && checksum(whole) === whole.readUInt32LE(8) ? whole : undefined;
}
