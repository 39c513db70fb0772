import { runSubject, trainingState } from '../../src/cards/run.ts';
import type { Needs } from '../../src/core/world.ts';
import { showEnd } from './follow-run.ts';

/** So many see their position change; the others see it when they get there. */
const MOST = 10;

/** Shows those who wait how many are still ahead of them. Nothing depends on it, so it never fails. */
export async function showWaiting(needs: Needs<'runs' | 'replies' | 'backlog'>): Promise<void> {
  const order = await needs.backlog.trainings().catch((): string[] => []);
  for (const [ahead, id] of order.slice(0, MOST).entries())
    await show(id, ahead, needs).catch(() => undefined);
}

async function show(
  id: string,
  ahead: number,
  { runs, replies }: Needs<'runs' | 'replies'>,
): Promise<void> {
  const run = await runs.get(id);
  if (run.status !== 'queued' || run.kind !== 'train') return;
  await replies.show(runSubject(run), trainingState(run, undefined, ahead));
  // It may have ended meanwhile, and have shown that before; one that runs shows itself again.
  const now = await runs.get(id);
  if (now.status === 'failed' || now.status === 'cancelled') await showEnd(now, { replies });
}
