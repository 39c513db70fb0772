import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inWords, Unreachable, type WheelhouseError } from '../../core/errors.ts';
import { type SegmentKind, segmentName, syncPath } from './segments.ts';

/** Something to be written, kept in the form it came in until then. */
export interface Entry {
  rows: number;
  /** About how many bytes of memory it holds. */
  bytes: number;
  /** Its lines, each ended by a newline. Called once. */
  render(): string;
  /** Called when it is on the disk, or with the reason why that is not certain. */
  settled?(error?: WheelhouseError): void;
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

/** More than this at once would hold up the requests while it is rendered. */
const MAX_WRITE_BYTES = 2_000_000;
const REPORT_EVERY_MS = 10_000;

/** Appends entries to the segments of one model and kind. `append` never waits; `flush` writes and syncs. */
export class SegmentStream {
  readonly #options: StreamOptions;
  #pending: Entry[] = [];
  #pendingBytes = 0;
  #next = 1;
  #segment: { handle: FileHandle; position: number; openedAt: number } | undefined;
  /** Rendered, and not known to be on the disk. */
  #writing: { bytes: Buffer; entries: Entry[]; size: number } | undefined;
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

  append(entry: Entry): void {
    if (this.#pendingBytes + entry.bytes > this.#options.maxPendingBytes) {
      this.#dropped += entry.rows;
      const problem = this.#problem(
        `${this.#dropped} rows dropped so far: the disk cannot follow.`,
      );
      entry.settled?.(problem);
      this.#report(problem);
      return;
    }
    this.#pending.push(entry);
    this.#pendingBytes += entry.bytes;
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
      while (this.#take()) await this.#write();
      const { maxSegmentAgeMs } = this.#options;
      if (this.#segment && performance.now() - this.#segment.openedAt > maxSegmentAgeMs)
        await this.#closeSegment();
    } catch (error) {
      const problem = this.#problem(`${inWords(error)}; it is tried again.`, error);
      for (const entry of this.#writing?.entries ?? []) entry.settled?.(problem);
      this.#report(problem);
    }
  }

  #take(): boolean {
    if (this.#writing) return true;
    if (this.#pending.length === 0) return false;
    let count = 0;
    let size = 0;
    for (const entry of this.#pending) {
      if (size >= MAX_WRITE_BYTES) break;
      size += entry.bytes;
      count += 1;
    }
    const entries = this.#pending.splice(0, count);
    const bytes = Buffer.from(entries.map((entry) => entry.render()).join(''));
    this.#writing = { bytes, entries, size };
    return true;
  }

  async #write(): Promise<void> {
    const writing = this.#writing;
    if (!writing) return;
    this.#segment ??= await this.#openSegment();
    const { handle, position } = this.#segment;
    // By position: a second try puts the same bytes in the same place and so doubles nothing.
    for (let done = 0; done < writing.bytes.length; ) {
      const rest = writing.bytes.length - done;
      done += (await handle.write(writing.bytes, done, rest, position + done)).bytesWritten;
    }
    await handle.datasync();
    this.#segment.position += writing.bytes.length;
    this.#pendingBytes -= writing.size;
    this.#writing = undefined;
    for (const entry of writing.entries) entry.settled?.();
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
