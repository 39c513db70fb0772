import { runData, runSubject } from '../src/cards/run.ts';
import { runState } from '../src/cards/run-state.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import type { AuditDraft } from '../src/core/ports/audit.ts';
import type { Run } from '../src/core/ports/runs.ts';
import { note } from '../src/core/reply.ts';
import { idOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const cancel = defineCommand({
  name: 'cancel',
  summary: 'Cancel a run',
  role: 'operator',
  inReadOnly: 'runs',
  words: ['run'],
  options: { run: idOption('Run ID', 'run') },
  examples: ['/cancel run-7k2f9qab'],

  async run(
    { run: id },
    needs: Needs<'runs' | 'bus' | 'replies' | 'audit'>,
    { id: event, by, from },
  ) {
    const run = await needs.runs.get(id);
    const record: AuditDraft = {
      ...{ id: `cancel-${event}`, by: by.id, action: 'run.cancel', subject: id, model: run.model },
      ...{ via: from.platform, before: { status: run.status } },
    };
    const cancelled = await end(run, record, needs);
    if (!cancelled) {
      // Read again: it may have ended since.
      const { status } = await needs.runs.get(id);
      throw new Refused(`${id} has ended already (${status}), so nothing was stopped.`);
    }
    if (run.status !== 'cancelled') await needs.audit.append(record);
    return note(`${by.name} cancelled ${id}.`, 'note', { run: runData(cancelled) });
  },
});

/**
 * Cancels a run in the registry first, so that it stays cancelled whatever happens to the worker, then notifies
 * the worker. Undefined if the run was final already; the same call again, after a crash, goes on with its own.
 */
async function end(
  run: Run,
  record: AuditDraft,
  { runs, bus, replies }: Needs<'runs' | 'bus' | 'replies'>,
): Promise<Run | undefined> {
  const isMine = run.status === 'cancelled' && run.cancelRequestedBy === record.by;
  if (!isMine && !(await runs.requestCancel(run.id, record.by))) return undefined;
  const ended = isMine ? run : await runs.finish(run.id, { status: 'cancelled' }, record);
  if (!ended) return undefined;
  await bus.publish('cancel', run.id);
  await replies.show(runSubject(ended), runState(ended));
  return ended;
}
