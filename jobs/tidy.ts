import { z } from 'zod';
import { approvalState, approvalSubject } from '../src/cards/approval.ts';
import { isOutdated } from '../src/cards/expiry.ts';
import { proposalState, proposalSubject, proposedCall } from '../src/cards/proposal.ts';
import { NotFound } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import type { Approval } from '../src/core/ports/approvals.ts';
import type { Needs } from '../src/core/world.ts';
import {
  compare,
  deploy,
  evaluate,
  probe,
  recount,
  requestPromotion,
  train,
  whatIf,
} from './declared/index.ts';
import { NOT_DEPLOYED } from './deploy.ts';
import { type EndingProbe, failProbe } from './steps/end-probe.ts';
import { endExecution } from './steps/execute.ts';
import { failRun } from './steps/follow-run.ts';
import { recordDecision } from './steps/record-decision.ts';
import { recordDue } from './steps/record-due.ts';
import { waitsForPlatform } from './steps/refresh-votes.ts';
import { type ShowParts, showVotes } from './steps/show-votes.ts';
import { recheckIfStale } from './steps/supersede.ts';
import { tellRequester } from './steps/tell-requester.ts';

type Parts = EndingProbe &
  ShowParts &
  Needs<
    | 'dueEvents'
    | 'versions'
    | 'approvals'
    | 'proposals'
    | 'people'
    | 'deployments'
    | 'jobs'
    | 'clock'
    | 'engines'
  >;

/** Longer than a dead worker's lock, shorter than a person's patience. */
const SILENT_MS = 60_000;
const MOST_ATTEMPTS = 4;
/** How long ago a decision may have been made that was not recorded. */
const RECORDED_MS = 3_600_000;
/** A countdown is brought up to date even if no tick came for this long. */
const REFRESH_MS = 5 * 60_000;

/**
 * Repairs what a crash may have left: something that is stored but not queued is queued again (a no-op if it is
 * waiting already), a run that crashes repeatedly fails, an expired request is closed, and the message of an open one
 * says how long it is still open. Events of changes are recorded whose process died before it could.
 */
export const tidy = defineJob({
  name: 'tidy',
  lane: 'upkeep',
  payload: z.object({ tick: z.string() }),
  once: ({ tick }) => tick,
  onceForMs: 10 * 60_000,
  attempts: 1,

  async run(_payload, needs: Parts) {
    await Promise.all([
      tidyRuns(needs),
      tidyApprovals(needs),
      tidySwitches(needs),
      tidyProposals(needs),
      recordDue(needs),
      tidyExecutions(needs),
    ]);
  },
});

async function tidyRuns(needs: Parts): Promise<void> {
  const silent = await needs.runs.silentSince(new Date(needs.clock.now().getTime() - SILENT_MS));
  for (const run of silent) {
    // Its pipeline is followed, and ends it.
    if (run.pipeline !== undefined) continue;
    const automatic = run.trigger && { automatic: true };
    if (run.attempts >= MOST_ATTEMPTS) {
      const fail = run.kind === 'probe' ? failProbe : failRun;
      const error = new Error(`The worker died ${run.attempts} times in the middle of it.`);
      await fail(run.id, error, needs);
    } else if (run.kind === 'compare') await needs.jobs.enqueue(compare, { run: run.id });
    else if (run.kind === 'what-if') await needs.jobs.enqueue(whatIf, { run: run.id });
    else if (run.kind === 'probe') await needs.jobs.enqueue(probe, { run: run.id });
    // It may only be waiting for its evaluation; that is not a failed attempt.
    else if (await needs.versions.ofRun(run.id))
      await needs.jobs.enqueue(evaluate, { run: run.id, ...automatic });
    else await needs.jobs.enqueue(train, { run: run.id, ...automatic });
  }
}

/** A run may end while nobody follows its program: then nobody ended that. */
async function tidyExecutions(needs: Parts): Promise<void> {
  // An engine that cannot be reached is asked again at the next tick.
  for (const run of await needs.runs.unended())
    await endExecution(run, needs).catch(() => undefined);
}

/** Checks again what is live but has not been confirmed by the gateway yet. */
async function tidySwitches({ deployments, approvals, jobs }: Parts): Promise<void> {
  for (const { approval: id } of await deployments.allLive()) {
    const approval = id === undefined ? undefined : await approvals.get(id).catch(unlessGone);
    if (approval?.deployment !== undefined && !approval.confirmedAt)
      await jobs.enqueue(deploy, { approval: approval.id });
  }
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error;
}

/** All attempts failed, and this was reported: what to do next is for people to decide. */
async function wasTried(approval: string, { audit }: Parts): Promise<boolean> {
  const events = await audit.list({ subject: approval });
  return events.some(({ action }) => action === NOT_DEPLOYED);
}

/** Whoever decided it may have died before that was recorded. */
function wasJustDecided({ status, decidedAt }: Approval, now: Date): boolean {
  const isDecided = status === 'approved' || status === 'rejected';
  return isDecided && decidedAt !== undefined && now.getTime() - decidedAt.getTime() < RECORDED_MS;
}

async function tidyProposals({ proposals, people, replies, audit, clock }: Parts): Promise<void> {
  for (const { id, expiresAt } of await proposals.list({ status: 'open', limit: 500 })) {
    if (expiresAt > clock.now()) continue;
    const how = { status: 'expired', by: 'wheelhouse', event: `expired-${id}` } as const;
    const expired = await proposals.decide(id, how);
    if (!expired) continue;
    const action = 'proposal.expired';
    await audit.append({ id: how.event, by: how.by, action, subject: id, via: 'schedule' });
    const state = proposalState(expired, proposedCall(expired), people);
    await replies.show(proposalSubject(expired), state);
  }
}

async function tidyApprovals(needs: Parts): Promise<void> {
  const { approvals, jobs, replies, clock, audit } = needs;
  for (const approval of await approvals.list({
    statuses: ['checking', 'open', 'approved', 'rejected'],
    limit: 500,
  })) {
    const { id, status, model, environment } = approval;
    if (wasJustDecided(approval, clock.now())) await recordDecision(approval, needs);
    if (status === 'checking') await jobs.enqueue(requestPromotion, { approval: id });
    else if (status === 'approved' && !approval.deployment) {
      if (!(await wasTried(id, needs))) await jobs.enqueue(deploy, { approval: id });
    } else if (status === 'open' && approval.expiresAt && approval.expiresAt <= clock.now()) {
      const reason = 'Not enough people voted in time. Nothing was deployed.';
      const expired = await approvals.decide(approval, 'expired', reason);
      if (!expired) continue;
      await audit.append({
        id: `expired-${id}`,
        by: 'wheelhouse',
        action: 'approval.expired',
        subject: id,
        model,
        environment,
        via: 'schedule',
      });
      await replies.show(approvalSubject(expired), approvalState(expired));
      await tellRequester(expired, 'expired', needs);
    } else if (status === 'open') {
      if (await recheckIfStale(approval, needs)) continue;
      const isSettled = approval.settlesAt !== undefined && approval.settlesAt <= clock.now();
      if (isSettled || waitsForPlatform(approval)) await jobs.enqueue(recount, { approval: id });
      else if (approval.expiresAt && isOutdated(approval.expiresAt, clock.now(), REFRESH_MS))
        await showVotes(approval, needs);
    }
  }
}
