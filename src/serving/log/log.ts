import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../core/clock.ts';
import { BadInput, type WheelhouseError } from '../../core/errors.ts';
import type { LabelRow } from '../../core/ports/serving.ts';
import { type SegmentKind, writerName } from './segments.ts';
import { SegmentStream } from './stream.ts';

/** The rows of one answered request, by column as they came in: no row is ever made an object. */
interface Answered {
  model: string;
  version: number;
  /** Names of the columns as JSON strings with the colon, e.g. `"distance":`. */
  keys: readonly string[];
  /** Columns in the order of `keys`, each as long as `scores`. */
  columns: readonly (readonly (string | number | null)[])[];
  /** One a row, or what the rows are named after: `base#0`, `base#1` … */
  ids: readonly string[] | string;
  /** One a row, or one for all; ISO, UTC. */
  times: readonly string[] | string;
  /** The caller named no times. */
  untimed?: boolean;
  scores: ArrayLike<number>;
}

/** Where the gateway puts what it answered. */
export interface PredictionLog {
  /** Never waits and never throws: on the disk within `flushMs` and the time of one write. */
  predictions(answered: Answered): void;
  /** Returns when the labels are on the disk; throws Unreachable when that is not certain: send them again. */
  labels(model: string, rows: readonly LabelRow[]): Promise<void>;
  /** Whether anything was ever logged for the model. */
  knows(model: string): Promise<boolean>;
  /** Rows given up since the start because the disk could not follow. */
  dropped(): number;
  flush(): Promise<void>;
  /** Writes what is left. Call it after the gateway has stopped. */
  close(): Promise<void>;
}

/** `why` is undefined once it can be written again; `dropped`: rows given up since the start. */
export type OnDisk = (model: string, why: string | undefined, dropped: number) => void;

interface LogOptions {
  dir: string;
  onProblem(problem: WheelhouseError): void;
  /** Told once when the log of a model cannot be written for want of space, and once when it can again. */
  onDisk?: OnDisk;
  clock?: Clock;
  flushMs?: number;
  maxSegmentBytes?: number;
  /** Kept well under the age at which `compactSegments` takes a segment for abandoned. */
  maxSegmentAgeMs?: number;
  /** Per model and kind: what may wait in memory for a disk that is slow. */
  maxPendingBytes?: number;
}

/** Opens no file before the first row. Loses on a crash what was answered in the last `flushMs` or so. */
export function createPredictionLog(options: LogOptions): PredictionLog {
  const { dir, onProblem, clock = systemClock, flushMs = 100 } = options;
  const writer = writerName(clock.now());
  const streams = {
    predictions: new Map<string, SegmentStream>(),
    labels: new Map<string, SegmentStream>(),
  };
  const all = () => [...streams.predictions.values(), ...streams.labels.values()];

  function streamOf(model: string, kind: SegmentKind): SegmentStream {
    let stream = streams[kind].get(model);
    if (!stream) {
      stream = new SegmentStream({
        folder: folderOf(dir, model),
        kind,
        writer,
        onProblem,
        onDisk: (full) => {
          const dropped = streams[kind].get(model)?.dropped ?? 0;
          // Labels are told of to whoever sent them.
          if (kind === 'predictions') options.onDisk?.(model, full?.message, dropped);
        },
        maxSegmentBytes: options.maxSegmentBytes ?? 64_000_000,
        maxSegmentAgeMs: options.maxSegmentAgeMs ?? 15 * 60_000,
        maxPendingBytes: options.maxPendingBytes ?? 64_000_000,
      });
      streams[kind].set(model, stream);
    }
    return stream;
  }

  const flush = async () => {
    await Promise.all(all().map((stream) => stream.flush()));
  };
  const timer = setInterval(() => void flush(), flushMs);
  timer.unref();

  return {
    predictions(answered) {
      const { model, scores } = answered;
      streamOf(model, 'predictions').append(renderRows(answered), scores.length);
    },
    labels: (model, rows) =>
      new Promise((resolve, reject) => {
        const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
        const settled = (error?: WheelhouseError) => (error ? reject(error) : resolve());
        streamOf(model, 'labels').append(text, rows.length, settled);
      }),
    knows: (model) =>
      access(folderOf(dir, model)).then(
        () => true,
        () => false,
      ),
    dropped: () => all().reduce((sum, stream) => sum + stream.dropped, 0),
    flush,
    async close() {
      clearInterval(timer);
      await Promise.all(all().map((stream) => stream.close()));
    },
  };
}

/** The folder of a model's segments. Throws BadInput for a name that would lead elsewhere. */
export function folderOf(dir: string, model: string): string {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(model)) throw new BadInput(`"${model}" cannot name a model.`);
  return join(dir, model);
}

/** As `PredictionRow`, a line each. NaN has no JSON: such a score is null, and readers make it NaN again. */
function renderRows(answered: Answered): string {
  const { model, version, keys, columns, ids, times, untimed, scores } = answered;
  const middle = `${untimed ? ',"untimed":true' : ''},"model":${JSON.stringify(model)},"version":${version},"features":{`;
  const sameTime = typeof times === 'string' ? JSON.stringify(times) : undefined;
  let text = '';
  for (let row = 0; row < scores.length; row += 1) {
    const id = typeof ids === 'string' ? `${ids}#${row}` : ids[row];
    text += `{"id":${JSON.stringify(id)},"time":${sameTime ?? JSON.stringify(times[row])}${middle}`;
    for (let column = 0; column < keys.length; column += 1) {
      const value = columns[column]?.[row] ?? null;
      if (column > 0) text += ',';
      text += keys[column];
      text += typeof value === 'string' ? JSON.stringify(value) : value;
    }
    const score = scores[row];
    text += `},"score":${Number.isFinite(score) ? score : null}}\n`;
  }
  return text;
}
