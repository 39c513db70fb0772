import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DiskFull, diskFull, isDiskFull } from '../../core/disk.ts';
import { inWords, Unreachable, type WheelhouseError } from '../../core/errors.ts';
import { type SegmentKind, segmentName, syncPath } from './segments.ts';

/** Called when lines are on disk, or with the reason why that is not certain. */
type Settled = (error?: WheelhouseError) => void;

/** Lines that are written together. */
interface Batch {
  bytes: Buffer;
  used: number;
  settled: Settled[];
}

interface OpenSegment {
  handle: FileHandle;
  position: number;
  openedAt: number;
}

interface StreamOptions {
  folder: string;
  kind: SegmentKind;
  writer: string;
  maxSegmentBytes: number;
  maxSegmentAgeMs: number;
  maxPendingBytes: number;
  onProblem(problem: WheelhouseError): void;
  /** Called once when the disk is full, and once without an argument when it can be written again. */
  onDisk?(full: DiskFull | undefined): void;
}

const CHUNK_BYTES = 256 * 1024;
/** For a disk as slow as this many flushes; beyond that the garbage collector frees them. */
const SPARE_CHUNKS = 8;
const REPORT_EVERY_MS = 10_000;

/**
 * Appends lines to the segments of one model and kind. `append` never waits; `flush` writes and syncs. Lines
 * wait as bytes outside the heap: as objects they would outlive the young generation and make garbage
 * collection the most expensive part of a request. The same applies to a new chunk for every flush: the runtime
 * responds to new external bytes with a full collection.
 */
export class SegmentStream {
  readonly #options: StreamOptions;
  #pending: Batch[] = [];
  #pendingBytes = 0;
  /** Chunks for reuse. */
  readonly #spare: Buffer[] = [];
  #next = 1;
  #segment: OpenSegment | undefined;
  /** Selected for writing. */
  #current: Batch | undefined;
  /** Written to the open segment, and not known to be on disk. */
  #unsynced: { batch: Batch; position: number }[] = [];
  #syncFailed = false;
  /** Why nothing is written; reported once, however long it lasts. */
  #full: DiskFull | undefined;
  /** Writes wait for writes and syncs for syncs: a slow sync does not keep rows in memory. */
  readonly #writes = turns();
  readonly #syncs = turns();
  #reportedAt = Number.NEGATIVE_INFINITY;
  #dropped = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  /** Rows dropped because the disk was too slow. */
  get dropped(): number {
    return this.#dropped;
  }

  /** `text` is `rows` complete lines, each with its newline. */
  append(text: string, rows: number, settled?: Settled): void {
    if (this.#pendingBytes + text.length > this.#options.maxPendingBytes) {
      this.#dropped += rows;
      const problem = this.#problem(
        `${this.#dropped} rows dropped so far: ${this.#full ? 'the disk is full' : 'the disk cannot follow'}.`,
      );
      settled?.(problem);
      this.#report(problem);
      return;
    }
    let batch = this.#pending.at(-1);
    // A character takes three bytes at most.
    if (!batch || batch.bytes.length - batch.used < 3 * text.length) {
      batch = { bytes: this.#chunk(3 * text.length), used: 0, settled: [] };
      this.#pending.push(batch);
    }
    const written = batch.bytes.write(text, batch.used);
    batch.used += written;
    this.#pendingBytes += written;
    if (settled) batch.settled.push(settled);
  }

  /** Everything appended before the call is on disk when it returns, unless the disk fails. */
  async flush(): Promise<void> {
    try {
      await this.#writes(() => this.#writePending());
      await this.#syncs(() => this.#sync());
      if (!this.#full) return;
      // The waiting lines were written: there is space again.
      this.#full = undefined;
      this.#options.onDisk?.(undefined);
    } catch (error) {
      const full = isDiskFull(error) ? await this.#fullDisk(error) : undefined;
      const problem = full ?? this.#problem(`${inWords(error)}; it is tried again.`, error);
      const unsure = [this.#current, ...this.#unsynced.map(({ batch }) => batch)];
      for (const batch of unsure) for (const settled of batch?.settled ?? []) settled(problem);
      if (full && this.#full) return;
      this.#full = full;
      if (full) this.#options.onDisk?.(full);
      this.#report(problem);
    }
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#segment?.handle.close();
    this.#segment = undefined;
  }

  async #writePending(): Promise<void> {
    if (this.#syncFailed && this.#segment) {
      // After a failed sync it is unknown what is on disk: write all of it once more.
      for (const { batch, position } of this.#unsynced)
        await put(this.#segment.handle, batch, position);
      this.#syncFailed = false;
    }
    // No more than there is now: on a busy machine more arrives during every write, and a sync would never get
    // its turn.
    for (let left = this.#pending.length + (this.#current ? 1 : 0); left > 0; left -= 1) {
      this.#current ??= this.#pending.shift();
      if (!this.#current) break;
      this.#segment ??= await this.#openSegment();
      const { position } = this.#segment;
      await put(this.#segment.handle, this.#current, position);
      this.#segment.position += this.#current.used;
      this.#unsynced.push({ batch: this.#current, position });
      this.#current = undefined;
      await this.#rotate(this.#segment);
    }
    if (this.#segment) await this.#rotate(this.#segment);
  }

  async #sync(): Promise<void> {
    const written = [...this.#unsynced];
    if (written.length === 0 || !this.#segment) return;
    // A later sync would succeed, because the system reports a failure only once.
    if (this.#syncFailed) throw new Error('the sync before this one failed');
    try {
      await this.#segment.handle.datasync();
    } catch (error) {
      this.#syncFailed = true;
      throw error;
    }
    this.#unsynced.splice(0, written.length);
    for (const { batch } of written) {
      this.#pendingBytes -= batch.used;
      for (const settled of batch.settled) settled();
      if (batch.bytes.length === CHUNK_BYTES && this.#spare.length < SPARE_CHUNKS)
        this.#spare.push(batch.bytes);
    }
  }

  #chunk(atLeast: number): Buffer {
    if (atLeast > CHUNK_BYTES) return Buffer.allocUnsafeSlow(atLeast);
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  }

  /** Closes the segment if it is full or old. */
  async #rotate({ handle, position, openedAt }: OpenSegment): Promise<void> {
    const { maxSegmentBytes, maxSegmentAgeMs } = this.#options;
    if (position < maxSegmentBytes && performance.now() - openedAt <= maxSegmentAgeMs) return;
    await this.#syncs(() => this.#sync());
    this.#segment = undefined;
    await handle.close();
  }

  async #openSegment(): Promise<OpenSegment> {
    const { folder, kind, writer } = this.#options;
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${segmentName(kind, writer, this.#next)}.ndjson`);
    // Before the file is created: a name that was tried is never tried again.
    this.#next += 1;
    const handle = await open(path, 'wx');
    try {
      await syncPath(folder);
      await syncPath(dirname(folder));
    } catch (error) {
      await handle.close();
      throw error;
    }
    return { handle, position: 0, openedAt: performance.now() };
  }

  #fullDisk(cause: unknown): Promise<DiskFull> {
    const { folder, kind, maxPendingBytes } = this.#options;
    const consequence =
      kind === 'labels'
        ? 'so it is not certain that they were stored; send them again'
        : `so new ones wait in memory, up to ${maxPendingBytes / 1e6} MB; what is beyond is lost`;
    return diskFull(`logging ${kind}`, folder, cause, consequence);
  }

  #problem(what: string, cause?: unknown): WheelhouseError {
    const { folder, kind } = this.#options;
    return new Unreachable(`logging ${kind} to ${folder}: ${what}`, {
      next: 'Check free space and health of the disk.',
      cause,
    });
  }

  #report(problem: WheelhouseError): void {
    if (performance.now() - this.#reportedAt < REPORT_EVERY_MS) return;
    this.#reportedAt = performance.now();
    this.#options.onProblem(problem);
  }
}

/** By position: a retry writes the same bytes to the same place and duplicates nothing. */
async function put(handle: FileHandle, { bytes, used }: Batch, position: number): Promise<void> {
  for (let done = 0; done < used; )
    done += (await handle.write(bytes, done, used - done, position + done)).bytesWritten;
}

/** Runs tasks one after another, in the order of the calls; a failure does not stop the next. */
function turns() {
  let last: Promise<unknown> = Promise.resolve();
  return (work: () => Promise<void>): Promise<void> => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
}
