import type { Card, Fact } from '../core/card.ts';
import { moment } from '../core/figures.ts';
import type { Approval } from '../core/ports/approvals.ts';
import type { Deployment } from '../core/ports/deployments.ts';
import { figures } from '../tasks/words.ts';

/** A time span in which a deployment was live, and the approval that led to it. */
export interface Evidenced {
  period: { deployment: Deployment; from: Date; to?: Date };
  approval?: Approval;
}

/** Enough to distinguish two pieces of evidence; `--json` has all of it. */
const DIGEST = 12;

/** `notes`: what people noted about its versions, runs and alerts. */
export function historyCard(
  model: string,
  rows: readonly Evidenced[],
  notes: readonly Fact[] = [],
): Card {
  return {
    title: `Deployment history of ${model}`,
    tone: 'note',
    ...(notes.length > 0 && { facts: notes }),
    table: {
      columns: ['From (UTC)', 'To (UTC)', 'Environment', 'Version', 'By', 'Evidence', 'Reason'],
      rows: rows.map((row) => {
        const { deployment, from, to } = row.period;
        return [
          moment(from),
          to ? moment(to) : 'live',
          deployment.environment,
          `v${deployment.version}`,
          deployment.by,
          evidenceOf(row),
          whyOf(deployment),
        ];
      }),
    },
  };
}

/** What was live at a given time, for each model and environment. */
export function pastCard(
  at: Date,
  rows: readonly { model: string; environment: string; live?: Evidenced }[],
): Card {
  return {
    title: `Live versions on ${moment(at)} UTC`,
    tone: 'note',
    table: {
      columns: ['Model', 'Environment', 'Live', 'Since (UTC)', 'By', 'Evidence'],
      rows: rows.map(({ model, environment, live }) => {
        if (!live) return [model, environment, 'nothing', '–', '–', '–'];
        const { deployment, from } = live.period;
        const { version, by } = deployment;
        return [model, environment, `v${version}`, moment(from), by, evidenceOf(live)];
      }),
    },
  };
}

/** Who approved it and on what evidence; a rollback needs no approval. */
function evidenceOf({ period, approval }: Evidenced): string {
  if (!approval) return period.deployment.kind === 'rollback' ? 'none: a rollback' : 'not found';
  const { votes, evidence, override } = approval;
  const approvers = votes.filter(({ verdict }) => verdict === 'approve');
  const by = approvers.map(({ person }) => person).join(', ') || 'nobody';
  if (!evidence) return `approved by ${by}`;
  const digest = evidence.digest.slice(0, DIGEST);
  const over = override
    ? `; ${override.gate} overridden by ${override.by}: ${override.reason}`
    : '';
  return `${figures(evidence.metrics, 1, evidence.unit)}; approved by ${by}${over}; evidence ${digest}`;
}

function whyOf({ reason, takenOut }: Deployment): string {
  return takenOut ? `${reason}; taken out by ${takenOut.by}: ${takenOut.reason}` : reason;
}

/** For programs. */
export function periodData({ period, approval }: Evidenced) {
  const { deployment, from, to } = period;
  return {
    ...{ from, to: to ?? null, environment: deployment.environment, version: deployment.version },
    ...{ by: deployment.by, deployment },
    approval: approval
      ? {
          ...{
            id: approval.id,
            votes: approval.votes.map(({ confirm: _, ...vote }) => vote),
            evidence: approval.evidence ?? null,
          },
          override: approval.override ?? null,
        }
      : null,
  };
}
