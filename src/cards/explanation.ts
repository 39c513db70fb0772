import type { Card, Fact, Table } from '../core/card.ts';
import { figure, moment, span } from '../core/figures.ts';
import type { Approval } from '../core/ports/approvals.ts';
import type { Deployment } from '../core/ports/deployments.ts';
import type { LoggedPrediction } from '../core/ports/predictions.ts';
import type { Ticket } from '../core/ports/tickets.ts';
import type { Evaluation, Version } from '../core/ports/versions.ts';
import { figures } from '../tasks/words.ts';
import { votesInWords } from './votes.ts';

const DIGEST = 12;
const MOST_FEATURES = 8;

/** Everything behind one answer. What is not known is missing. */
export interface Explained {
  prediction: LoggedPrediction;
  version?: Version | undefined;
  evaluation?: Evaluation | undefined;
  /** The newest time that this version went live there. */
  deployment?: Deployment | undefined;
  approval?: Approval | undefined;
  ticket?: Pick<Ticket, 'id' | 'issuedAt'> | undefined;
}

const UNKNOWN = 'unknown';

/** From an answer to its version, data, run, gates and voters. */
export function explanationCard(explained: Explained): Card {
  const { prediction, version, approval } = explained;
  const name = `${prediction.model} v${prediction.version}`;
  return {
    title: `${name} answered ${answerOf(prediction)} in ${prediction.environment}`,
    tone: 'note',
    facts: [
      { label: 'Asked', value: `${moment(prediction.time)} UTC` },
      { label: 'Features', value: featuresIn(prediction) },
      ...versionFacts(explained),
      ...releaseFacts(explained),
    ],
    ...(approval?.evidence && { table: gatesTable(approval.evidence.gates) }),
    ...(version && {
      actions: [
        {
          label: 'Evaluation',
          command: 'evaluation',
          argument: `${version.model} ${version.number}`,
        },
      ],
    }),
    footer: `Prediction ${prediction.id}`,
  };
}

function answerOf({ answer }: LoggedPrediction): string {
  if (answer === null) return 'nothing usable';
  return typeof answer === 'number' ? figure(answer) : answer;
}

function featuresIn({ features }: LoggedPrediction): string {
  const all = Object.entries(features).map(([name, value]) => `${name} ${value ?? 'missing'}`);
  const more = all.length - MOST_FEATURES;
  return [...all.slice(0, MOST_FEATURES), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function versionFacts({ version, evaluation }: Explained): Fact[] {
  if (!version) return [{ label: 'Version', value: UNKNOWN }];
  const { dataset, run, artifact, code, createdBy, createdAt } = version;
  const commit = code.revision === 'unversioned' ? 'no commit' : code.revision.slice(0, 7);
  return [
    { label: 'Trained', value: `${moment(createdAt)} UTC by ${createdBy}, ${run}, ${commit}` },
    {
      label: 'Trained on',
      value: `${figure(dataset.rows)} rows, ${span(dataset.window)}, data ${dataset.sha256.slice(0, DIGEST)}`,
    },
    { label: 'Model file', value: artifact.sha256.slice(0, DIGEST) },
    {
      label: 'Evaluated',
      value: evaluation
        ? `${figures(evaluation.metrics, 3, evaluation.unit)} on ${figure(evaluation.dataset.rows)} rows`
        : UNKNOWN,
    },
  ];
}

function releaseFacts({ deployment, approval, ticket }: Explained): Fact[] {
  const live = deployment
    ? `${moment(deployment.since)} UTC, ${deployment.kind === 'rollback' ? 'restored' : 'promoted'} by ${deployment.by}`
    : UNKNOWN;
  return [
    { label: 'Went live', value: live },
    ...(approval
      ? [
          { label: 'Requested by', value: approval.requestedBy },
          { label: 'Votes', value: votesInWords(approval.votes, []) },
          { label: 'Evidence', value: approval.evidence?.digest.slice(0, DIGEST) ?? UNKNOWN },
        ]
      : [{ label: 'Approved', value: UNKNOWN }]),
    {
      label: 'Ticket',
      value: ticket ? `${ticket.id}, signed ${moment(ticket.issuedAt)} UTC` : UNKNOWN,
    },
  ];
}

const gatesTable = (gates: NonNullable<Approval['evidence']>['gates']): Table => ({
  caption: 'Gates',
  columns: ['Gate', 'Passed', 'Found'],
  rows: gates.map(({ name, passed, words }) => [name, passed ? 'yes' : 'no', words]),
});
