import fs from 'node:fs';
import { dirname, join } from 'node:path';
import { frame, LogFile, OPENING, readFrames } from './frames.ts';
import { type Doc, decode } from './values.ts';

const COMPACT_FROM_BYTES = 4 * 1024 * 1024;
const LARGEST_FRAME = 32 * 1024 * 1024;
/** Maximum size of one write to a snapshot. */
const CHUNK_BYTES = 1024 * 1024;
/** After one of these errors, the file can be written again once there is space. */
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** The disk had no space. Nothing was written, and the next attempt may succeed. */
export class DiskFull extends Error {}

/**
 * The append-only file behind the store. Writes synchronously: this process has nothing to answer before its
 * writes are durable.
 */
export class Log {
  readonly #path: string;
  #file: number;
  #size = 0;
  #compactAt = 0;

  constructor(dir: string) {
    this.#path = join(dir, 'store.log');
    fs.rmSync(`${this.#path}.tmp`, { force: true });
    this.#file = fs.openSync(this.#path, 'a+', 0o600);
  }

  /**
   * Passes on every entry, and cuts off an incomplete last frame, whose bytes are kept in a file next to the
   * log.
   * @throws Error that names file and offset if the file is not one of our logs, or is damaged
   */
  load(apply: (entry: Doc) => void): void {
    const file = new LogFile(this.#path, this.#file);
    const end = readFrames(file, (payload) => {
      for (let i = 0; i < payload.length; i += payload.readInt32LE(i))
        apply(decode(payload.subarray(i, i + payload.readInt32LE(i))));
    });
    if (end < file.size) this.#cut(file, end);
    this.#size = end;
    this.#compactAt = Math.max(end * 2, COMPACT_FROM_BYTES);
    this.#syncFolder();
  }

  /**
   * @throws DiskFull if there is no space; the file is then unchanged
   * @throws Error if writing fails for another reason
   */
  append(entries: readonly Uint8Array[]): void {
    let end = this.#size;
    try {
      if (end === 0) {
        fs.appendFileSync(this.#file, OPENING);
        end += OPENING.length;
      }
      for (const part of parts(entries)) {
        const bytes = frame(part);
        fs.appendFileSync(this.#file, bytes);
        fs.fdatasyncSync(this.#file);
        end += bytes.length;
      }
      this.#size = end;
    } catch (cause) {
      fs.ftruncateSync(this.#file, this.#size);
      throw failure(`writing ${this.#path}`, cause);
    }
  }

  /**
   * Replaces all entries with a snapshot, if they have doubled. If the disk refuses it, the log stays as it is,
   * and the next attempt is made when it has grown by another quarter.
   * @throws Error if the rename is not durable: it is then unknown which log counts
   */
  compact(snapshot: () => Iterable<Uint8Array>): void {
    if (this.#size < this.#compactAt) return;
    const path = `${this.#path}.tmp`;
    let file: number | undefined;
    let size: number;
    try {
      file = fs.openSync(path, 'ax+', 0o600);
      size = writeAll(file, snapshot());
      fs.fsyncSync(file);
      fs.renameSync(path, this.#path);
    } catch (error) {
      if (file !== undefined) {
        fs.closeSync(file);
        fs.rmSync(path, { force: true });
      }
      this.#compactAt = Math.ceil(this.#size * 1.25);
      console.error(`compacting ${this.#path}: ${String(error)}; it stays as it is for now`);
      return;
    }
    fs.closeSync(this.#file);
    this.#file = file;
    this.#size = size;
    this.#compactAt = Math.max(size * 2, COMPACT_FROM_BYTES);
    this.#syncFolder();
  }

  #cut(file: LogFile, end: number): void {
    const count = file.size - end;
    let kept = 'they were empty';
    if (!file.isBlank(end)) {
      const path = `${this.#path}.cut-${process.pid}-${end}`;
      const aside = fs.openSync(path, 'w', 0o600);
      try {
        for (let at = end; at < file.size; at += CHUNK_BYTES)
          fs.writeFileSync(aside, file.at(at, CHUNK_BYTES));
        fs.fsyncSync(aside);
      } catch (cause) {
        fs.rmSync(path, { force: true });
        throw failure(`keeping ${count} bytes at offset ${end} of ${this.#path} aside`, cause);
      } finally {
        fs.closeSync(aside);
      }
      kept = `they are kept in ${path}`;
    }
    console.error(
      `${this.#path}: cut ${count} bytes at offset ${end} of a write that never finished; ${kept}`,
    );
    fs.ftruncateSync(this.#file, end);
    fs.fsyncSync(this.#file);
  }

  /** A new name in a folder is durable only after the folder was synced. */
  #syncFolder(): void {
    const folder = fs.openSync(dirname(this.#path), 'r');
    try {
      fs.fsyncSync(folder);
    } finally {
      fs.closeSync(folder);
    }
  }
}

/** Frames of a size that can be read at once. */
function* parts(entries: Iterable<Uint8Array>, most = LARGEST_FRAME): Iterable<Uint8Array[]> {
  let part: Uint8Array[] = [];
  let size = 0;
  for (const entry of entries) {
    if (size + entry.length > most && part.length > 0) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(entry);
    size += entry.length;
  }
  if (part.length > 0) yield part;
}

/** @returns how many bytes. The file is synced before anyone reads it, so it is never incomplete. */
function writeAll(file: number, entries: Iterable<Uint8Array>): number {
  fs.writeFileSync(file, OPENING);
  let size = OPENING.length;
  for (const part of parts(entries, CHUNK_BYTES)) {
    const bytes = frame(part);
    fs.writeFileSync(file, bytes);
    size += bytes.length;
  }
  return size;
}

function failure(activity: string, cause: unknown): Error {
  const message = `${activity}: ${String(cause)}`;
  const isFull =
    cause instanceof Error && 'code' in cause && FULL.some((code) => code === cause.code);
  return isFull ? new DiskFull(message, { cause }) : new Error(message, { cause });
}
