import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inWords, Unreachable, type WheelhouseError } from '../../core/errors.ts';
import { type SegmentKind, segmentName, syncPath } from './segments.ts';

/** Told when lines are on the disk, or why that is not certain. */
type Settled = (error?: WheelhouseError) => void;

/** Lines that are written and synced together. */
interface Batch {
  bytes: Buffer;
  used: number;
  settled: Settled[];
}

interface StreamOptions {
  folder: string;
  kind: SegmentKind;
  writer: string;
  maxSegmentBytes: number;
  maxSegmentAgeMs: number;
  maxPendingBytes: number;
  onProblem(problem: WheelhouseError): void;
}

const CHUNK_BYTES = 256 * 1024;
const REPORT_EVERY_MS = 10_000;

/**
 * Appends lines to the segments of one model and kind. `append` never waits; `flush` writes and
 * syncs. Lines wait as bytes outside the heap: as objects they would outlive the young generation
 * and make the garbage collector the dearest part of a request.
 */
export class SegmentStream {
  readonly #options: StreamOptions;
  #pending: Batch[] = [];
  #pendingBytes = 0;
  #next = 1;
  #segment: { handle: FileHandle; position: number; openedAt: number } | undefined;
  /** Not known to be on the disk. */
  #writing: Batch | undefined;
  #flushing: Promise<void> | undefined;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #dropped = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  /** Rows given up because the disk could not follow. */
  get dropped(): number {
    return this.#dropped;
  }

  /** `text` is `rows` whole lines, each with its newline. */
  append(text: string, rows: number, settled?: Settled): void {
    if (this.#pendingBytes + text.length > this.#options.maxPendingBytes) {
      this.#dropped += rows;
      const problem = this.#problem(
        `${this.#dropped} rows dropped so far: the disk cannot follow.`,
      );
      settled?.(problem);
      this.#report(problem);
      return;
    }
    let batch = this.#pending.at(-1);
    // A character takes three bytes at most.
    if (!batch || batch.bytes.length - batch.used < 3 * text.length) {
      const size = Math.max(CHUNK_BYTES, 3 * text.length);
      batch = { bytes: Buffer.allocUnsafeSlow(size), used: 0, settled: [] };
      this.#pending.push(batch);
    }
    const written = batch.bytes.write(text, batch.used);
    batch.used += written;
    this.#pendingBytes += written;
    if (settled) batch.settled.push(settled);
  }

  /** Everything appended before the call is on the disk when it returns, unless the disk fails. */
  async flush(): Promise<void> {
    // A flush under way may have taken its entries before the last append.
    await this.#flushing;
    this.#flushing ??= this.#drain().finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#closeSegment();
  }

  async #drain(): Promise<void> {
    try {
      for (;;) {
        this.#writing ??= this.#pending.shift();
        if (!this.#writing) break;
        await this.#write(this.#writing);
      }
      const { maxSegmentAgeMs } = this.#options;
      if (this.#segment && performance.now() - this.#segment.openedAt > maxSegmentAgeMs)
        await this.#closeSegment();
    } catch (error) {
      const problem = this.#problem(`${inWords(error)}; it is tried again.`, error);
      for (const settled of this.#writing?.settled ?? []) settled(problem);
      this.#report(problem);
    }
  }

  async #write({ bytes, used, settled }: Batch): Promise<void> {
    this.#segment ??= await this.#openSegment();
    const { handle, position } = this.#segment;
    // By position: a second try puts the same bytes in the same place and so doubles nothing.
    for (let done = 0; done < used; )
      done += (await handle.write(bytes, done, used - done, position + done)).bytesWritten;
    await handle.datasync();
    this.#segment.position += used;
    this.#pendingBytes -= used;
    this.#writing = undefined;
    for (const tell of settled) tell();
    if (this.#segment.position >= this.#options.maxSegmentBytes) await this.#closeSegment();
  }

  async #openSegment() {
    const { folder, kind, writer } = this.#options;
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${segmentName(kind, writer, this.#next)}.ndjson`);
    // Before the file is made: a name that was tried is never tried again.
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

  async #closeSegment(): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    await segment?.handle.close();
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
