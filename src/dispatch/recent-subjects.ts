import type { Subject } from '../core/reply.ts';
import type { Needs } from '../core/world.ts';

/** Of each kind: a platform is asked for one thread after another. */
const MOST = 20;

/** What people have reason to write notes about: what is open, or began after then. The newest ones. */
export async function recentSubjects(
  since: Date,
  { runs, alerts, approvals, pipelines }: Needs<'runs' | 'alerts' | 'approvals' | 'pipelines'>,
): Promise<Subject[]> {
  const [started, open, raised, asked, moving] = await Promise.all([
    runs.summaries({ limit: MOST }),
    alerts.list({ limit: MOST }),
    alerts.list({ includeResolved: true, limit: MOST }),
    approvals.list({ limit: MOST }),
    pipelines.list({ open: since, limit: MOST }),
  ]);
  const recent = raised.filter(({ openedAt }) => openedAt > since);
  const named = (kind: 'run' | 'alert' | 'approval' | 'pipeline', all: readonly { id: string }[]) =>
    all.map(({ id }): Subject => `${kind}:${id}`);
  const all = [
    ...named('alert', [...open, ...recent]),
    ...named('pipeline', moving),
    ...named(
      'approval',
      asked.filter(({ status, createdAt }) => status === 'open' || createdAt > since),
    ),
    ...named(
      'run',
      started.filter(({ createdAt }) => createdAt > since),
    ),
  ];
  return [...new Set(all)];
}
