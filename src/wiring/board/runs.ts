import type { RunList, RunRow, RunSort } from '../../core/board.ts';
import type { RunQuestion } from '../../core/ports/board.ts';
import type { RunSummary } from '../../core/ports/runs.ts';
import type { Figures } from './figures.ts';
import type { BoardParts } from './parts.ts';
import { iso, isoOrNull, spanOf } from './times.ts';

/** Sorted in memory: more than anybody looks through. */
const SORTED = 1_000;

/** The newest runs, sorted. */
export async function listRuns(
  { model, status, sort, order, limit, offset }: RunQuestion,
  { models, runs, clock }: Pick<BoardParts, 'models' | 'runs' | 'clock'>,
  figures: Figures,
): Promise<RunList> {
  if (model !== undefined) models.get(model);
  const found = await runs.summaries({
    ...(model !== undefined && { model }),
    ...(status !== undefined && { status }),
    limit: SORTED,
  });
  const now = clock.now();
  const direction = order === 'ascending' ? 1 : -1;
  const by = BY[sort];
  const sorted = found
    .map((run, at) => ({ run, at, key: by(run, now) }))
    .sort((a, b) => missingLast(a.key, b.key) ?? (direction * compare(a.key, b.key) || a.at - b.at))
    .slice(offset, offset + limit);
  return {
    runs: await Promise.all(sorted.map(({ run }) => rowOf(run, figures, now))),
    total: found.length,
  };
}

type Key = number | string | undefined;

const BY: Record<RunSort, (run: RunSummary, now: Date) => Key> = {
  created: ({ createdAt }) => createdAt.getTime(),
  finished: ({ finishedAt }) => finishedAt?.getTime(),
  duration: secondsOf,
  status: ({ status }) => status,
  kind: ({ kind }) => kind,
  by: ({ requestedBy }) => requestedBy,
};

const missingLast = (a: Key, b: Key): number | undefined => {
  const missing = Number(a === undefined) - Number(b === undefined);
  return missing === 0 ? undefined : missing;
};

function compare(a: Key = 0, b: Key = 0): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export async function rowOf(run: RunSummary, figures: Figures, now: Date): Promise<RunRow> {
  return {
    ...{ id: run.id, kind: run.kind, model: run.model, status: run.status },
    ...{ stage: run.stage, share: run.share, requestedBy: run.requestedBy },
    versions: run.version === undefined ? run.versions : [run.version],
    window: spanOf(run.window),
    createdAt: iso(run.createdAt),
    startedAt: isoOrNull(run.startedAt),
    finishedAt: isoOrNull(run.finishedAt),
    seconds: secondsOf(run, now) ?? null,
    metric: (run.kind === 'train' && (await figures(run))) || null,
    error: run.error ?? null,
  };
}

function secondsOf({ startedAt, finishedAt }: RunSummary, now: Date): number | undefined {
  if (!startedAt) return undefined;
  return Math.max(0, ((finishedAt ?? now).getTime() - startedAt.getTime()) / 1000);
}
