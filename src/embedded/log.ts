import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { serialize } from 'bson';
import { StoreError } from './errors.ts';
import { frame, frames, replay } from './frames.ts';
import type { Doc } from './values.ts';

const COMPACT_AFTER = 8 * 1024 * 1024;

type Options = {
  dir: string;
  /** receives every entry of the log in its order, while opening */
  replay: (entry: Doc) => void;
  /** the whole state as entries that replay to it */
  snapshot: () => Iterable<Doc>;
  /** size in bytes from which on a log twice as long as its last snapshot is rewritten */
  compactAfter?: number | undefined;
  /** makes what was written survive a power cut; a test has it fail */
  sync?: ((file: FileHandle) => Promise<void>) | undefined;
};

type Batch = {
  entries: Uint8Array[];
  undo: (() => void)[];
  done: Promise<void>;
  end: (error?: Error) => void;
};

/**
 * The append-only file behind the store. Entries that arrive while a write is under way go out
 * together in the next frame, with one fsync; hence only the last frame can ever be torn.
 */
export class Log {
  readonly #options: Options;
  readonly #path: string;
  #file: FileHandle;
  #size: number;
  #compactAt: number;
  #pending: Batch | undefined;
  #writing: Batch | undefined;
  #running = false;
  #failure: StoreError | undefined;

  /**
   * Replays what is there; cuts off and reports a torn last frame.
   * @throws Error that names file and offset when anything before the last frame is damaged
   */
  static async open(options: Options): Promise<Log> {
    const path = join(options.dir, 'store.log');
    await rm(`${path}.tmp`, { force: true });
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
    try {
      const bytes = await readFile(path);
      const end = replay(bytes, path, options.replay);
      if (end < bytes.length) {
        console.error(`${path}: cut ${bytes.length - end} bytes of a write that never finished`);
        await file.truncate(end);
      }
      await file.sync();
      await syncFolder(options.dir);
      return new Log(options, path, file, end);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private constructor(options: Options, path: string, file: FileHandle, size: number) {
    this.#options = options;
    this.#path = path;
    this.#file = file;
    this.#size = size;
    this.#compactAt = this.#threshold(size);
  }

  #threshold(size: number): number {
    return Math.max(size * 2, this.#options.compactAfter ?? COMPACT_AFTER);
  }

  /** @throws StoreError once a write to the disk went wrong */
  assertWritable(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Takes an entry whose effect is in memory already; it is durable when `settled()` resolves. */
  append(entry: Doc, undo: () => void): void {
    this.#pending ??= newBatch();
    this.#pending.entries.push(serialize(entry));
    this.#pending.undo.push(undo);
  }

  /** Waits until all that was appended is on the disk; rejects when it was rolled back instead. */
  async settled(): Promise<void> {
    const last = this.#pending ?? this.#writing;
    if (this.#pending && !this.#running) {
      this.#running = true;
      // After the requests that have arrived along with this one, so that they share the fsync.
      setImmediate(() => this.#run());
    }
    await last?.done;
  }

  async close(): Promise<void> {
    await this.settled().catch(() => {});
    await this.#file.close();
  }

  async #run(): Promise<void> {
    while (this.#pending) {
      const batch = this.#pending;
      this.#writing = batch;
      this.#pending = undefined;
      try {
        const compacted = this.#size > this.#compactAt && (await this.#compact());
        if (!compacted) await this.#write(batch);
        batch.end();
      } catch (error) {
        await this.#fail(batch, error);
      }
    }
    this.#writing = undefined;
    this.#running = false;
  }

  async #write(batch: Batch): Promise<void> {
    const bytes = frame(batch.entries);
    await this.#file.appendFile(bytes);
    await this.#sync(this.#file);
    this.#size += bytes.length;
  }

  #sync(file: FileHandle): Promise<void> {
    // Data and length must reach the disk, the file's times need not.
    return this.#options.sync ? this.#options.sync(file) : file.datasync();
  }

  /**
   * Memory goes back to what the disk holds, newest change first, and nothing is written any more:
   * after a failed fsync nobody knows what later ones are worth.
   */
  async #fail(batch: Batch, cause: unknown): Promise<void> {
    this.#failure = new StoreError(
      'UnknownError',
      `writing ${this.#path}: ${String(cause)}; the change was taken back and the store only ` +
        'reads now: free the disk, then restart',
    );
    const lost = [batch, this.#pending ?? newBatch()];
    this.#pending = undefined;
    for (const undo of lost.flatMap((one) => one.undo).reverse()) undo();
    await this.#file.truncate(this.#size).catch(() => {});
    for (const one of lost) one.end(this.#failure);
  }

  /**
   * Puts a snapshot in the log's place, which makes the batch being written durable as well.
   * @returns false when the snapshot could not be written; the old log then still serves
   */
  async #compact(): Promise<boolean> {
    const parts = [...frames(this.#options.snapshot())];
    const temporary = `${this.#path}.tmp`;
    let file: FileHandle | undefined;
    try {
      file = await open(temporary, 'ax', 0o600);
      for (const part of parts) await file.appendFile(part);
      await this.#sync(file);
      await rename(temporary, this.#path);
    } catch {
      await file?.close();
      await rm(temporary, { force: true });
      this.#compactAt *= 2;
      return false;
    }
    await this.#file.close();
    this.#file = file;
    this.#size = parts.reduce((sum, part) => sum + part.length, 0);
    this.#compactAt = this.#threshold(this.#size);
    await syncFolder(this.#options.dir);
    return true;
  }
}

function newBatch(): Batch {
  let end: Batch['end'] = () => {};
  const done = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve());
  });
  done.catch(() => {}); // whoever waits hears of it; perhaps nobody does
  return { entries: [], undo: [], done, end };
}

/** A new name in a folder is durable only when the folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
