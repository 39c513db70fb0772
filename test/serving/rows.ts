import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/core/clock.ts';
import type { WheelhouseError } from '../../src/core/errors.ts';
import { foldersOf } from '../../src/serving/log/folders.ts';
import { createPredictionLog } from '../../src/serving/log/log.ts';
import { tailSegments } from '../../src/serving/log/tail.ts';
import { scored } from '../tasks/declared.ts';

export const ALWAYS = { from: new Date('1970-01-01'), to: new Date('2999-01-01') };
export const START = Date.parse('2001-02-03T00:00:00Z');

export const FLIGHTS = { model: 'flights', environment: 'production' };

/** The folders of a model's predictions in production. */
export const foldersIn = (dir: string, model = 'flights') =>
  foldersOf(dir, { ...FLIGHTS, model }, 'production');

/** Minutes after START, as ISO. */
export const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

/** A log over a new folder that flushes when told to. */
export async function createLog(options: { maxSegmentBytes?: number; clock?: Clock } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'log-'));
  const problems: WheelhouseError[] = [];
  const log = openLog(dir, { ...options, onProblem: (problem) => problems.push(problem) });
  return { dir, log, problems };
}

export function openLog(
  dir: string,
  options: Partial<Parameters<typeof createPredictionLog>[0]> = {},
) {
  return createPredictionLog({
    ...{ dir, first: 'production', flushMs: 3_600_000, onProblem: fail },
    ...options,
  });
}

function fail(problem: WheelhouseError): never {
  throw problem;
}

/** One answered row; `x` is its only feature, and its score is x / 1000. */
export function answered(id: string, minutes: number, x = minutes, version = 1) {
  return {
    ...FLIGHTS,
    version,
    keys: ['"x":'],
    columns: [[x]],
    ids: [id],
    times: [at(minutes)],
    ...scored(x / 1000),
  };
}

export async function tailed(dir: string, cursor = {}) {
  const found = [];
  const signal = new AbortController().signal;
  for await (const row of tailSegments(foldersIn(dir), cursor, signal)) found.push(row);
  return found;
}
