import { z } from 'zod';
import { requestPromotion } from '../jobs/declared/index.ts';
import { recordOverride } from '../jobs/steps/override.ts';
import { approvalState, approvalSubject } from '../src/cards/approval.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import type { Approval } from '../src/core/ports/approvals.ts';
import { live } from '../src/core/reply.ts';
import { idOption, whyOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { judgeOverride } from '../src/release/override.ts';
import { leftToTidying } from './steps/submit.ts';

type Parts = Needs<'approvals' | 'models' | 'deployments' | 'jobs' | 'audit' | 'clock'>;

export const override = defineCommand({
  name: 'override',
  summary: 'Let a refused request pass although one gate does not',
  role: 'admin',
  words: ['approval', 'gate'],
  options: {
    approval: idOption('Request ID', 'approval'),
    gate: option(
      z.string('expected the name of a gate').trim().min(1, 'expected the name of a gate').max(200),
      'Gate to override, as the request names it',
      { placeholder: 'GATE' },
    ),
    reason: whyOption,
  },
  examples: [
    '/override approval-7k2f9qab "worst slice" --reason "MSP closed its second runway in May"',
  ],

  environment: async ({ approval }, { approvals }: Parts) =>
    (await approvals.get(approval)).environment,

  async run({ approval: id, gate: named, reason }, needs: Parts, { by, from, account }) {
    const { approvals, jobs, models } = needs;
    const before = await approvals.get(id);
    const again = before.override?.by === by.id && before.override.reason === reason;
    const approval = again ? before : await reopened(before);
    if (approval.override) await recordOverride(approval, approval.override, needs);
    // It is stored: if the queue is unreachable, `tidy` queues it later.
    if (approval.status === 'checking')
      await jobs.enqueue(requestPromotion, { approval: id }).catch(leftToTidying);
    const { homes } = models.get(approval.model);
    return live(approvalSubject(approval), approvalState(approval), homes);

    /** Judged again from the start: what is live or configured may have changed since it was refused. */
    async function reopened(seen: Approval): Promise<Approval> {
      const ruling = judgeOverride(seen, named);
      if ('why' in ruling)
        throw new Refused(ruling.why, ruling.next === undefined ? {} : { next: ruling.next });
      const live = await needs.deployments.live(seen.model, seen.environment);
      if (live?.version === seen.version)
        throw new Refused(
          `${seen.model} v${seen.version} is live in ${seen.environment} already, so nothing was overridden.`,
        );
      const order = { gate: ruling.gate.name, by: by.id, reason, at: needs.clock.now() };
      const changed = await approvals.reopen(seen, { ...order, cast: { by: account, from } });
      if (changed) return changed;
      throw new Refused(
        `${id} was changed, or ${seen.model} v${seen.version} was requested again, at the same moment. Nothing was overridden.`,
        {
          next: `/approvals ${seen.model} shows the requests.`,
        },
      );
    }
  },
});
