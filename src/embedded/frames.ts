import { crc32 } from 'node:zlib';
import { serialize } from 'bson';
import { type Doc, decode } from './values.ts';

/** A frame: `WHL1`, length of the payload, CRC32 of length and payload, payload (BSON documents). */
const MAGIC = Buffer.from('WHL1');
const HEADER = 12;
const FRAME_BYTES = 4 * 1024 * 1024;

export function frame(documents: readonly Uint8Array[]): Buffer {
  const payload = Buffer.concat(documents);
  const header = Buffer.alloc(HEADER);
  MAGIC.copy(header);
  header.writeUInt32LE(payload.length, 4);
  header.writeUInt32LE(checksum(header, payload), 8);
  return Buffer.concat([header, payload]);
}

/** Entries in as few frames as memory likes, for a file that is synced as a whole. */
export function* frames(entries: Iterable<Doc>): Iterable<Buffer> {
  let part: Uint8Array[] = [];
  let size = 0;
  for (const entry of entries) {
    const bytes = serialize(entry);
    part.push(bytes);
    size += bytes.length;
    if (size < FRAME_BYTES) continue;
    yield frame(part);
    part = [];
    size = 0;
  }
  yield frame(part);
}

function checksum(header: Buffer, payload: Buffer): number {
  return crc32(payload, crc32(header.subarray(4, 8)));
}

/**
 * Hands on every document of a log.
 *
 * One fsync ends one frame, and the next is written only after it: a bad frame that no whole frame
 * follows is a write that nobody was told of, and a bad one before a whole one is damage.
 *
 * @returns where the last whole frame ends
 * @throws Error with path and offset of the damage
 */
export function replay(bytes: Buffer, path: string, each: (document: Doc) => void): number {
  let at = 0;
  while (at < bytes.length) {
    const payload = payloadAt(bytes, at);
    if (!payload) {
      for (let next = after(bytes, at); next !== -1; next = after(bytes, next)) {
        if (payloadAt(bytes, next)) {
          throw new Error(
            `opening the embedded store: ${path} is damaged at offset ${at}, and whole records ` +
              `follow from ${next}; restore the file from a copy, nothing was changed`,
          );
        }
      }
      return at;
    }
    for (let i = 0; i < payload.length; ) {
      const size = payload.readInt32LE(i);
      each(decode(payload.subarray(i, i + size)));
      i += size;
    }
    at += HEADER + payload.length;
  }
  return at;
}

function after(bytes: Buffer, at: number): number {
  return bytes.indexOf(MAGIC, at + 1);
}

function payloadAt(bytes: Buffer, at: number): Buffer | undefined {
  const header = bytes.subarray(at, at + HEADER);
  if (header.length < HEADER || !header.subarray(0, 4).equals(MAGIC)) return undefined;
  const length = header.readUInt32LE(4);
  const payload = bytes.subarray(at + HEADER, at + HEADER + length);
  const whole = payload.length === length && checksum(header, payload) === header.readUInt32LE(8);
  return whole ? payload : undefined;
}
