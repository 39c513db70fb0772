import type { Action, Card, Fact, Tone } from '../core/card.ts';
import { moment, plural } from '../core/figures.ts';
import { type Json, toJson } from '../core/json.ts';
import type { Approval, ApprovalStatus, Evidence } from '../core/ports/approvals.ts';
import type { State } from '../core/ports/replies.ts';
import type { Outcome, Subject } from '../core/reply.ts';
import { figures } from '../tasks/words.ts';
import { rollBackAction, rollbackFrom, votingActions } from './approval-actions.ts';
import { costsInWords } from './costs.ts';
import { drillOn } from './drill.ts';
import { expiresInWords } from './expiry.ts';
import { gatesOf, overrideInWords } from './gates.ts';
import { type Count, groupsInWords, notCountedInWords, votesInWords } from './votes.ts';

export const approvalSubject = (approval: { id: string }): Subject => `approval:${approval.id}`;

const LOOKS: Record<ApprovalStatus, { tone: Tone; outcome: Outcome }> = {
  checking: { tone: 'progress', outcome: 'checking' },
  open: { tone: 'note', outcome: 'pending' },
  refused: { tone: 'warning', outcome: 'refused' },
  // Amber until the gateway answers with it: see `lookOf`.
  approved: { tone: 'warning', outcome: 'pending' },
  rejected: { tone: 'warning', outcome: 'refused' },
  expired: { tone: 'warning', outcome: 'refused' },
  superseded: { tone: 'note', outcome: 'refused' },
};

/**
 * The promotion request as everyone who may vote on it sees it, and its outcome.
 * @param over once it is no longer live: how that happened, e.g. `until v3 replaced it`
 * @param count left out if nobody can have voted, or the votes no longer matter
 */
export function approvalState(approval: Approval, over?: string, count?: Count): State {
  const { deployment } = approval;
  const look = lookOf(approval, over);
  return {
    card: approvalCard(approval, over === undefined ? look.tone : 'note', over, count),
    outcome: look.outcome,
    data: toJson({ approval: approvalData(approval), deployment }),
  };
}

function lookOf({ status, deployment, confirmedAt }: Approval, over: string | undefined) {
  if (deployment === undefined) return LOOKS[status];
  if (confirmedAt) return { tone: 'success', outcome: 'done' } as const;
  // Replaced before it ever answered, so it never will.
  return over === undefined ? LOOKS.approved : ({ tone: 'note', outcome: 'failed' } as const);
}

/**
 * Approved, but the gateway does not answer with it yet: the reason, as far as it is known. It may wait for another
 * change to end, or for the gateway.
 */
export function notConfirmed(approval: Approval, why: string): State {
  const state = approvalState(approval);
  return { ...state, card: { ...state.card, text: why } };
}

/** Live in the registry, but the gateway reports that it cannot answer with it. */
export function doesNotAnswer(approval: Approval, problem: string): State {
  const { card, data } = approvalState(approval);
  const { model, version, environment, evidence } = approval;
  const end = /[.!?]$/.test(problem) ? '' : '.';
  const hasBefore = evidence?.champion !== undefined;
  const wayBack = hasBefore
    ? `/rollback ${model} --from v${version} --in ${environment} restores the version before, and `
    : '';
  const out: Action = {
    label: 'Take out of service',
    command: 'undeploy',
    argument: `${model} --from ${rollbackFrom(approval)} --in ${environment} --reason "v${version} does not answer"`,
    style: 'danger',
    confirm: `Take ${model} out of service in ${environment}? Callers get an error until a version is promoted.`,
  };
  return {
    card: {
      ...card,
      title: `${model} v${version} is approved for ${environment}, but the gateway cannot serve it`,
      tone: 'danger',
      text: `The gateway reports: ${problem}${end} This is checked again every 15 seconds. ${wayBack}/undeploy ${model} --from v${version} --in ${environment} takes the model out of service.`,
      actions: [...(hasBefore ? [rollBackAction(approval)] : []), out],
    },
    outcome: 'failed',
    data,
  };
}

/** An approved request whose version could not be deployed. */
export function notDeployed(approval: Approval, why: string): State {
  const { outcome, card } = approvalState(approval);
  const { model, version, environment } = approval;
  const title = `${model} v${version} was approved, but not deployed to ${environment}`;
  const again = {
    label: 'Request again',
    command: 'promote',
    argument: `${model} ${version} --to ${environment}`,
  };
  return {
    card: { ...card, title, tone: 'danger', text: why, actions: [again] },
    outcome: outcome === 'done' ? outcome : 'failed',
    data: toJson({ approval: approvalData(approval), error: { message: why } }),
  };
}

function approvalCard(
  approval: Approval,
  tone: Tone,
  over: string | undefined,
  count: Count | undefined,
): Card {
  const card: Card = {
    title: titleOf(approval, over),
    tone,
    facts: factsOf(approval, count),
    footer: footerOf(approval, count?.now),
  };
  const doubts = count && count.notCounted.length > 0 ? notCountedInWords(count) : undefined;
  const notes = [...(count?.notices ?? []), doubts, approval.evidence?.championProblem].filter(
    (note) => note !== undefined,
  );
  const text = approval.reason ?? notes.join(' ');
  if (text) card.text = text;
  if (approval.evidence) Object.assign(card, gatesOf(approval.id, approval.evidence.gates));
  if (approval.status === 'checking') card.progress = { share: 0.3, words: 'checking the gates' };
  if (approval.status === 'open') {
    card.actions = votingActions(approval);
    card.reactions = [
      { emoji: 'white_check_mark', meaning: 'approve' },
      { emoji: 'x', meaning: 'reject' },
    ];
  }
  const isLive = approval.deployment !== undefined && over === undefined;
  // The first one has no predecessor that a rollback could restore.
  if (isLive && approval.evidence?.champion !== undefined)
    card.actions = [rollBackAction(approval)];
  return card;
}

function titleOf(approval: Approval, over: string | undefined): string {
  const what = `${approval.model} v${approval.version}`;
  if (over !== undefined) return `${what} was live in ${approval.environment}, ${over}`;
  if (approval.confirmedAt) return `${what} is live in ${approval.environment}`;
  switch (approval.status) {
    case 'checking':
      return `Checking the gates of ${what} for ${approval.environment}`;
    case 'open':
      return `Approve ${what} for ${approval.environment}?`;
    case 'refused':
      return approval.evidence
        ? `${what} did not pass the gates for ${approval.environment}`
        : `The gates of ${what} could not be checked for ${approval.environment}`;
    case 'approved':
      return approval.deployment === undefined
        ? `${what} is approved for ${approval.environment}: switching`
        : `${what} is approved for ${approval.environment}: waiting for the gateway`;
    case 'rejected':
      return `${what} was rejected for ${approval.environment}`;
    case 'expired':
      return `The request to promote ${what} has expired`;
    case 'superseded':
      return `A newer request replaced that of ${what} for ${approval.environment}`;
  }
}

function factsOf(approval: Approval, count: Count | undefined): Fact[] {
  const { requestedBy, evidence, votes, status, deployment, override } = approval;
  const { needed, notCounted } = count ?? { needed: approval.needed, notCounted: [] };
  const asker = approval.automation
    ? `${approval.automation}, which ${requestedBy} owns`
    : requestedBy;
  const facts: Fact[] = [{ label: 'Requested by', value: asker }];
  if (evidence) {
    facts.push(
      {
        label: deployment === undefined ? 'Would replace' : 'Replaced',
        value:
          evidence.champion === undefined ? 'none (first deployment)' : `v${evidence.champion}`,
      },
      {
        label: 'Held-out result',
        value: figures(evidence.metrics, 3, evidence.unit),
      },
      ...evidenceFacts(evidence),
    );
  }
  if (override)
    facts.push({ label: `Override of ${override.gate}`, value: overrideInWords(override) });
  if (status !== 'checking' && status !== 'refused')
    facts.push({
      label: `Votes (${plural(needed, 'approval')} needed${groupsInWords(count)})`,
      value: votesInWords(votes, notCounted),
    });
  return facts;
}

/** How often it was tried, and what it costs beside the champion. */
function evidenceFacts({ champion, candidates, costs, drill }: Evidence): Fact[] {
  const name = champion === undefined ? undefined : `v${champion}`;
  return [
    ...(candidates === undefined || name === undefined
      ? []
      : [{ label: 'Candidates tried', value: `${candidates} against ${name}` }]),
    ...(costs ? [{ label: 'Size and speed', value: costsInWords(costs, name) }] : []),
    ...(drill ? [{ label: 'Last drill', value: drillOn(drill) }] : []),
  ];
}

function footerOf({ id, status, expiresAt, evidence }: Approval, now: Date | undefined): string {
  const parts = [id];
  if (status === 'open' && expiresAt)
    parts.push(now ? expiresInWords(expiresAt, now) : `open until ${moment(expiresAt)} UTC`);
  if (evidence)
    parts.push(
      `evidence ${evidence.digest.slice(0, 12)}`,
      `artifact ${evidence.artifact.slice(0, 12)}`,
    );
  return parts.join(' · ');
}

/** An approval for programs, without its revision and the voters' groups. */
export function approvalData(approval: Approval): Json {
  const votes = approval.votes.map(({ cast: _, confirm: __, ...vote }) => vote);
  return toJson({ ...approval, votes, tell: undefined, revision: undefined });
}
