import type { Action, Card, Fact, Tone } from '../core/card.ts';
import { duration, figure, span } from '../core/figures.ts';
import { type Json, toJson } from '../core/json.ts';
import type { State } from '../core/ports/replies.ts';
import type { Run } from '../core/ports/runs.ts';
import type { Evaluation, Version } from '../core/ports/versions.ts';
import type { Outcome, Subject } from '../core/reply.ts';
import { timeLimitOf } from '../core/retraining.ts';
import { stepsAt } from '../core/training-steps.ts';
import { taskOfVersion } from '../tasks/index.ts';
import { figures, metricOf } from '../tasks/words.ts';
import { agreementInWords } from './agreement.ts';
import { weakestSlice } from './evaluation.ts';
import { positionInWords, useInWords } from './queue.ts';
import { limitInWords, startedBy } from './retraining-words.ts';

export const runSubject = (run: { id: string }): Subject => `run:${run.id}`;

export const TONES: Record<Run['status'], Tone> = {
  queued: 'progress',
  running: 'progress',
  succeeded: 'success',
  failed: 'danger',
  cancelled: 'note',
};

export const OUTCOMES: Record<Run['status'], Outcome> = {
  queued: 'pending',
  running: 'pending',
  succeeded: 'done',
  failed: 'failed',
  cancelled: 'refused',
};

/** The result of a training. */
interface Made {
  version: Version;
  evaluation?: Evaluation | undefined;
  /** What is live in which environment. */
  champions: readonly { environment: string; version: number }[];
  /** All environments, the first one first. */
  environments: readonly string[];
}

/**
 * The message of a training in any state.
 * @param ahead how many trainings a worker takes before this one, as far as known
 */
export function trainingState(run: Run, made?: Made, ahead?: number): State {
  return {
    card: trainingCard(run, made, ahead),
    outcome: OUTCOMES[run.status],
    data: toJson({
      run: runData(run),
      version: made && versionData(made.version, made.evaluation),
    }),
  };
}

function trainingCard(run: Run, made?: Made, ahead?: number): Card {
  const place =
    run.status === 'queued' && ahead !== undefined
      ? [{ label: 'Position', value: positionInWords(ahead) }]
      : [];
  const card: Card = {
    title: trainingTitle(run),
    tone: TONES[run.status],
    facts: [...runFacts(run), ...place],
    footer: run.id,
  };
  if (run.status === 'queued' || run.status === 'running')
    return {
      ...card,
      progress: { share: run.share, words: run.stage },
      steps: stepsAt(run.status === 'queued' ? 0 : run.share),
      actions: [{ label: 'Cancel', command: 'cancel', argument: run.id }],
    };
  if (run.status === 'failed')
    return {
      ...card,
      text: run.error ?? 'The run failed without an error message.',
      ...(run.trace !== undefined && { footer: `${run.id} · trace ${run.trace}` }),
      actions: [{ label: 'Show the log', command: 'logs', argument: run.id }],
    };
  if (run.status === 'succeeded' && made)
    return {
      ...card,
      ...warningText(run),
      facts: [...runFacts(run), ...originFacts(made.version), ...evaluationFacts(made)],
      actions: nextSteps(run, made),
    };
  return card;
}

const MOST_WARNINGS = 8;

function warningText({ warnings = [] }: Run): { text?: string } {
  if (warnings.length === 0) return {};
  const lines = warnings.slice(0, MOST_WARNINGS).map((warning) => `⚠ ${warning}`);
  const more = warnings.length - lines.length;
  return { text: [...lines, ...(more > 0 ? [`⚠ and ${more} more`] : [])].join('\n') };
}

/** How many environments get a button. */
const MOST_BUTTONS = 3;

function nextSteps(run: Run, made: Made): Action[] {
  const { version, evaluation } = made;
  const name = `${run.model} ${version.number}`;
  const weak = evaluation && weakestOf(version, evaluation) !== undefined;
  const slices = { label: 'Show slices', command: 'evaluation', argument: name };
  return [...deliverySteps(name, made), ...(weak ? [slices] : [])];
}

function deliverySteps(name: string, { champions, environments }: Made): Action[] {
  if (environments.length === 1)
    return [
      ...champions.map(({ version: live }) => ({
        ...{ label: `Compare with live v${live}`, command: 'compare' },
        argument: `${name} ${live}`,
      })),
      { label: 'Request promotion', command: 'promote', argument: name, style: 'primary' },
    ];
  return [
    ...champions.slice(0, MOST_BUTTONS).map(({ environment, version: live }) => ({
      ...{ label: `Compare with v${live} in ${environment}`, command: 'compare' },
      argument: `${name} ${live} --in ${environment}`,
    })),
    ...environments.slice(0, MOST_BUTTONS).map((environment, at) => ({
      ...{ label: `Request promotion to ${environment}`, command: 'promote' },
      argument: `${name} --to ${environment}`,
      ...(at === 0 && { style: 'primary' as const }),
    })),
  ];
}

function trainingTitle(run: Run): string {
  const act = run.imports ? 'Importing' : 'Training';
  switch (run.status) {
    case 'queued':
      return `${act} ${run.model}: waiting for a worker`;
    case 'running':
      return `${act} ${run.model}`;
    case 'succeeded':
      return `${run.model} v${run.version ?? '?'} is ${run.imports ? 'imported' : 'trained'}`;
    case 'failed':
      return `${act} ${run.model} failed`;
    case 'cancelled':
      return `${act} ${run.model} was cancelled by ${run.cancelRequestedBy ?? 'someone'}`;
  }
}

export function runFacts(run: Run): Fact[] {
  const changed = Object.entries(run.parameters).map(([name, value]) => `${name}=${value}`);
  const facts: Fact[] = [
    { label: 'Requested by', value: run.requestedBy },
    ...(run.trigger ? [{ label: 'Started by', value: startedBy(run.trigger) }] : []),
    ...(run.imports ? [{ label: 'Imports', value: `${run.imports.reference} from MLflow` }] : []),
    { label: 'Data', value: span(run.window) },
  ];
  if (changed.length > 0) facts.push({ label: 'Parameters', value: changed.join(', ') });
  const engine = run.execution?.engine ?? run.engine;
  if (engine !== undefined) facts.push({ label: 'Engine', value: engine });
  const limit = timeLimitOf(run);
  if (limit !== undefined) facts.push({ label: 'Time limit', value: limitInWords(limit) });
  if (run.attempts > 1) facts.push({ label: 'Attempt', value: String(run.attempts) });
  if (run.finishedAt && run.startedAt)
    facts.push({
      label: 'Duration',
      value: duration(run.finishedAt.getTime() - run.startedAt.getTime()),
    });
  if (run.execution?.use)
    facts.push({ label: 'Training used', value: useInWords(run.execution.use) });
  return facts;
}

/** Where a version came from that was not trained here. */
function originFacts({ imported }: Version): Fact[] {
  if (!imported) return [];
  const { name, version, server, user, commit, run, data } = imported;
  const named = data.map((one) => [one.name, one.digest].filter(Boolean).join(' ')).slice(0, 3);
  return [
    { label: 'Imported from', value: `${name}/${version} at ${server}` },
    ...(run === undefined ? [] : [{ label: 'Run there', value: run }]),
    ...(user === undefined ? [] : [{ label: 'Trained by', value: user }]),
    ...(commit === undefined ? [] : [{ label: 'Commit', value: commit.slice(0, 12) }]),
    ...(named.length === 0 ? [] : [{ label: 'Data there', value: named.join(', ') }]),
  ];
}

function evaluationFacts({ version, evaluation }: Made): Fact[] {
  if (!evaluation) return [];
  const { rows, window } = evaluation.dataset;
  const weakest = weakestOf(version, evaluation);
  return [
    { label: 'Held-out result', value: figures(evaluation.metrics, 4, evaluation.unit) },
    { label: 'Evaluated on', value: `${figure(rows)} rows, ${span(window)}` },
    ...(evaluation.agreement
      ? [{ label: 'Beside the trainer', value: agreementInWords(evaluation.agreement) }]
      : []),
    ...(weakest === undefined ? [] : [{ label: 'Weakest slice', value: weakest }]),
  ];
}

function weakestOf(version: Version, { report, unit }: Evaluation): string | undefined {
  if (!report?.slices) return undefined;
  const task = taskOfVersion(version);
  return weakestSlice(report, metricOf(report.slices.metric, { task, unit }));
}

/** A run for programs, without its result, which is separate, its signs of life and how an engine finds it again. */
export function runData({ execution, ...run }: Run): Json {
  const { engine = run.engine, use } = execution ?? {};
  return toJson({ ...run, engine, use, result: undefined, seenAt: undefined });
}

export function versionData(version: Version, evaluation: Evaluation | undefined): Json {
  return toJson({
    model: version.model,
    version: version.number,
    metrics: evaluation?.metrics ?? {},
    unit: evaluation?.unit,
    evaluatedOn: evaluation && { ...evaluation.dataset },
    run: version.run,
    parameters: version.parameters,
    reported: version.reported,
    dataset: version.dataset,
    artifact: version.artifact,
    code: version.code,
    imported: version.imported,
    createdBy: version.createdBy,
    createdAt: version.createdAt,
  });
}
