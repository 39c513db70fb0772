import { access } from 'node:fs/promises';
import { type Clock, systemClock } from '../../core/clock.ts';
import { type Endpoint, endpointId } from '../../core/endpoint.ts';
import type { WheelhouseError } from '../../core/errors.ts';
import type { LabelRow } from '../../core/ports/serving.ts';
import { type Given, writeLogged } from '../answer.ts';
import { folderOf, foldersOf } from './folders.ts';
import { type SegmentKind, writerName } from './segments.ts';
import { SegmentStream } from './stream.ts';

/** The rows of one answered request, by column as received: rows never become objects. */
interface Answered extends Endpoint, Given {
  version: number;
  /** Names of the columns as JSON strings with the colon, e.g. `"distance":`. */
  keys: readonly string[];
  /** Columns in the order of `keys`, each with `rows` values. */
  columns: readonly (readonly (string | number | null)[])[];
  /** One per row, or the prefix of the rows' IDs: `base#0`, `base#1` … */
  ids: readonly string[] | string;
  /** One per row, or one for all; ISO, UTC. */
  times: readonly string[] | string;
  /** The caller gave no times. */
  untimed?: boolean;
  /** Another server made the predictions. */
  elsewhere?: boolean;
}

/** Where the gateway records its answers. */
export interface PredictionLog {
  /** Never waits and never throws: on disk within `flushMs` plus the time of one write. */
  predictions(answered: Answered): void;
  /** Returns when the rows are on disk; throws Unreachable if that is not certain: send them again. */
  store(answered: Answered): Promise<void>;
  /** Returns when the labels are on disk; throws Unreachable if that is not certain: send them again. */
  labels(endpoint: Endpoint, rows: readonly LabelRow[]): Promise<void>;
  /** Whether anything was ever logged for the endpoint. */
  knows(endpoint: Endpoint): Promise<boolean>;
  /** Rows dropped since the start because the disk was too slow. */
  dropped(): number;
  flush(): Promise<void>;
  /** Writes what is left. Call it after the gateway has stopped. */
  close(): Promise<void>;
}

/** `why` is undefined once it can be written again; `dropped`: rows dropped since the start. */
export type OnDisk = (endpoint: Endpoint, why: string | undefined, dropped: number) => void;

interface LogOptions {
  dir: string;
  /** The first environment of the configuration: it owns what was logged before there were several. */
  first: string;
  onProblem(problem: WheelhouseError): void;
  /**
   * Called once when the log of an endpoint cannot be written because the disk is full, and once when it can
   * again.
   */
  onDisk?: OnDisk;
  clock?: Clock;
  flushMs?: number;
  maxSegmentBytes?: number;
  /** Well below the age at which `compactSegments` considers a segment abandoned. */
  maxSegmentAgeMs?: number;
  /** Per endpoint and kind: how much may wait in memory for a slow disk. */
  maxPendingBytes?: number;
}

/** Opens no file before the first row. A crash loses what was answered in about the last `flushMs`. */
export function createPredictionLog(options: LogOptions): PredictionLog {
  const { dir, first, onProblem, clock = systemClock, flushMs = 100 } = options;
  const writer = writerName(clock.now());
  const streams = {
    predictions: new Map<string, SegmentStream>(),
    labels: new Map<string, SegmentStream>(),
  };
  const all = () => [...streams.predictions.values(), ...streams.labels.values()];

  function streamOf(endpoint: Endpoint, kind: SegmentKind): SegmentStream {
    const id = endpointId(endpoint);
    let stream = streams[kind].get(id);
    if (!stream) {
      stream = new SegmentStream({
        folder: folderOf(dir, endpoint),
        kind,
        writer,
        onProblem,
        onDisk: (full) => {
          const dropped = streams[kind].get(id)?.dropped ?? 0;
          // Errors about labels go to the caller who sent them.
          if (kind === 'predictions') options.onDisk?.(named(endpoint), full?.message, dropped);
        },
        maxSegmentBytes: options.maxSegmentBytes ?? 64_000_000,
        maxSegmentAgeMs: options.maxSegmentAgeMs ?? 15 * 60_000,
        maxPendingBytes: options.maxPendingBytes ?? 64_000_000,
      });
      streams[kind].set(id, stream);
    }
    return stream;
  }

  /** Requests to one endpoint mostly arrive together. */
  let last: (Endpoint & { stream: SegmentStream }) | undefined;

  const flush = async () => {
    await Promise.all(all().map((stream) => stream.flush()));
  };
  const timer = setInterval(() => void flush(), flushMs);
  timer.unref();

  return {
    predictions(answered) {
      const { model, environment, rows } = answered;
      if (last?.model !== model || last.environment !== environment)
        last = { model, environment, stream: streamOf(answered, 'predictions') };
      last.stream.append(renderRows(answered), rows);
    },
    async store(answered) {
      const stream = streamOf(answered, 'predictions');
      const blocks: Promise<void>[] = [];
      for (let from = 0; from < answered.rows; from += BLOCK_ROWS) {
        const to = Math.min(from + BLOCK_ROWS, answered.rows);
        blocks.push(append(stream, renderRows(answered, from, to), to - from));
      }
      await Promise.all(blocks);
    },
    labels: (endpoint, rows) => {
      const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      return append(streamOf(endpoint, 'labels'), text, rows.length);
    },
    knows: (endpoint) =>
      Promise.any(foldersOf(dir, endpoint, first).map((folder) => access(folder))).then(
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

/** A text of many more rows is expensive to put together. */
const BLOCK_ROWS = 64;

/** Returns when the lines are on disk; throws if that is not certain. */
const append = (stream: SegmentStream, text: string, rows: number): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.append(text, rows, (error) => (error ? reject(error) : resolve()));
  });

const named = ({ model, environment }: Endpoint): Endpoint => ({ model, environment });

/** The part of a row that is constant for a version; requests to one version mostly arrive together. */
const lastOrigin = { model: '', environment: '', version: 0, text: '' };
function origin(model: string, environment: string, version: number): string {
  const last = lastOrigin;
  if (last.model !== model || last.environment !== environment || last.version !== version) {
    const text = `,"model":${JSON.stringify(model)},"environment":${JSON.stringify(environment)},"version":${version},"features":{`;
    Object.assign(last, { model, environment, version, text });
  }
  return last.text;
}

/**
 * A `PredictionRow` per line. NaN does not exist in JSON: such a number is null, and readers turn it into NaN
 * again.
 */
function renderRows(answered: Answered, from = 0, to = answered.rows): string {
  const { model, environment, version, keys, columns, ids, times } = answered;
  const marks = `${answered.untimed ? ',"untimed":true' : ''}${answered.elsewhere ? ',"elsewhere":true' : ''}`;
  const middle = `${marks}${origin(model, environment, version)}`;
  const sameTime = typeof times === 'string' ? JSON.stringify(times) : undefined;
  let text = '';
  for (let row = from; row < to; row += 1) {
    const id = typeof ids === 'string' ? `${ids}#${row}` : ids[row];
    text += `{"id":${JSON.stringify(id)},"time":${sameTime ?? JSON.stringify(times[row])}${middle}`;
    for (let column = 0; column < keys.length; column += 1) {
      const value = columns[column]?.[row] ?? null;
      if (column > 0) text += ',';
      text += keys[column];
      text += typeof value === 'string' ? JSON.stringify(value) : value;
    }
    text += `},${writeLogged(answered, row)}}\n`;
  }
  return text;
}
