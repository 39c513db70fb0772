import type { Card } from '../core/card.ts';
import type { EngineUse } from '../core/engine.ts';
import { duration } from '../core/figures.ts';
import type { Run } from '../core/ports/runs.ts';

/** A training that waits or runs. */
export interface InQueue {
  run: Run;
  /** Its engine, by its name in the workspace. */
  engine: string;
  /** How many are taken before it; undefined if it does not wait for a worker. */
  ahead?: number | undefined;
}

/** What runs where, and what waits in which order. */
export function queueCard(trainings: readonly InQueue[], now: Date): Card {
  const waiting = trainings.filter(({ run }) => run.status === 'queued').length;
  const running = trainings.length - waiting;
  return {
    title:
      trainings.length === 0
        ? 'No training is running or waiting'
        : `${running} running, ${waiting} waiting`,
    tone: 'note',
    ...(trainings.length > 0 && {
      table: {
        columns: ['Run', 'Model', 'Engine', 'State', 'For', 'Requested by'],
        rows: trainings.map(({ run, engine, ahead }) => [
          run.id,
          run.model,
          engine,
          run.status === 'queued' ? positionInWords(ahead) : stateInWords(run),
          duration(now.getTime() - (run.startedAt ?? run.createdAt).getTime()),
          run.requestedBy,
        ]),
      },
    }),
  };
}

const stateInWords = ({ share, stage }: Run): string =>
  `${Math.round(share * 100)}%${stage === '' ? '' : `, ${stage}`}`;

export function positionInWords(ahead: number | undefined): string {
  if (ahead === undefined) return 'waiting';
  return ahead === 0 ? 'next' : `${ahead} ahead of it`;
}

/** e.g. `41 s, 38 CPU-seconds`. */
export function useInWords({ seconds, cpuSeconds, gpuSeconds }: EngineUse): string {
  const parts = [
    duration(seconds * 1000),
    ...(cpuSeconds === undefined ? [] : [`${amount(cpuSeconds)} CPU-seconds`]),
    ...(gpuSeconds === undefined ? [] : [`${amount(gpuSeconds)} GPU-seconds`]),
  ];
  return parts.join(', ');
}

const amount = (value: number): string =>
  value < 10 ? String(Number(value.toFixed(1))) : Math.round(value).toLocaleString('en');
