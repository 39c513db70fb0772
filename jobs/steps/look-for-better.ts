import { othersIn } from '../../src/core/alert-parts.ts';
import { asTrained } from '../../src/core/as-trained.ts';
import { inWords, Refused } from '../../src/core/errors.ts';
import { figure } from '../../src/core/figures.ts';
import { type ModelSpec, specIn, type Window } from '../../src/core/model.ts';
import type { Alert } from '../../src/core/ports/alerts.ts';
import { numbersIn } from '../../src/core/ports/predictions.ts';
import type { Columns } from '../../src/core/ports/programs.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import {
  type Candidate,
  MIN_PROBED,
  type Probe,
  probedFrom,
  trainedBefore,
  USUAL_PROBE,
} from '../../src/core/probe.ts';
import type { Needs } from '../../src/core/world.ts';
import { compareProbed } from '../../src/evaluation/probe.ts';
import { kindOf } from '../../src/monitoring/kinds/index.ts';
import { metricOf } from '../../src/tasks/words.ts';
import type { Follower } from './follow-run.ts';
import { goodVersions } from './good-versions.ts';
import { incomparable } from './meet.ts';

export type ProbeParts = Needs<
  | 'models'
  | 'environments'
  | 'versions'
  | 'deployments'
  | 'quarantines'
  | 'predictions'
  | 'scorer'
  | 'trials'
  | 'alerts'
>;

/** Labelled requests, ready to be asked again. */
interface Labelled {
  asked: Columns;
  times: Float64Array;
}

interface Probed {
  run: Run;
  spec: ModelSpec;
  live: Version;
  labelled: Labelled;
  /** What the live version answers to them. */
  answers: Float64Array;
  metric: string;
}

/** Scores a model that is trained for this, and earlier good versions, on the newest labelled rows of the log. */
export async function lookForBetter(
  run: Run,
  follow: Follower,
  needs: ProbeParts,
  signal: AbortSignal,
): Promise<Probe> {
  const environment = needs.environments.get(run.environment);
  const declared = specIn(needs.models.get(run.model), environment);
  const live = await liveVersion(run.model, environment, needs);
  const spec = asTrained(declared, live);
  const alert = run.alert === undefined ? undefined : await needs.alerts.get(run.alert);
  await follow.say('reading the newest labels', 0.05);
  const labelled = await labelledRows(
    { run, spec, environment, since: alert?.window.from },
    needs,
    signal,
  );
  const answers = await needs.scorer.score(live.artifact.sha256, labelled.asked, spec, {
    ...{ name: `${run.model} v${live.number}`, signal },
  });
  const metric = decidingMetric(spec, alert);
  const probed = { run, spec, live, labelled, answers, metric };
  const [from, to] = [labelled.times[0] ?? 0, (labelled.times.at(-1) ?? 0) + 1];
  const candidates: Candidate[] = [];
  await follow.say('training on a sample', 0.15);
  candidates.push(await retrained(probed, new Date(from), needs, signal));
  for (const version of await goodVersions(live, environment, needs)) {
    await follow.say(`asking v${version.number}`, 0.8);
    candidates.push(await earlier(probed, version, needs, signal));
  }
  const { words, unit } = metricOf(metric, spec);
  return {
    ...{ live: live.number, rows: labelled.times.length },
    ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    metric: { name: metric, words, ...(unit !== undefined && { unit }) },
    candidates,
  };
}

async function liveVersion(
  model: string,
  environment: string,
  { deployments, versions }: ProbeParts,
): Promise<Version> {
  const live = await deployments.live(model, environment);
  if (!live)
    throw new Refused(`No version of ${model} is live in ${environment}, so none can be compared.`);
  return versions.resolve(model, String(live.version));
}

/** The one whose loss raised the alert, or the first one that decides about a promotion. */
function decidingMetric(
  { task, classes = [], evaluation, monitors }: ModelSpec,
  alert: Alert | undefined,
) {
  const found = alert ? [alert, ...othersIn(alert)] : [];
  const [watched] = found.flatMap(({ monitor: by }) => {
    const monitor = monitors.find(({ name }) => name === by);
    return (monitor && kindOf(monitor.kind).watches(monitor, task)) ?? [];
  });
  const known = task.metrics(classes).map(({ name }) => name);
  const [metric] = [watched, ...evaluation.primary, ...known].filter(
    (name) => name !== undefined && known.includes(name),
  );
  if (metric === undefined) throw new Error(`the task ${task.name} has no metrics`);
  return metric;
}

async function labelledRows(
  {
    run,
    spec,
    environment,
    since,
  }: { run: Run; spec: ModelSpec; environment: string; since: Date | undefined },
  { predictions }: ProbeParts,
  signal: AbortSignal,
): Promise<Labelled> {
  const { task, classes = [], features, probe = USUAL_PROBE } = spec;
  const answer = numbersIn(task.answer);
  if (answer === undefined) throw new Error(`the task ${task.name} logs no numbers`);
  const found = await predictions.newestLabelled(
    {
      ...{ model: run.model, environment, answer, width: task.answer.width(classes) },
      ...{ window: { from: new Date(0), to: run.window.to }, rows: probe.rows },
      features: Object.keys(features),
    },
    signal,
  );
  const labels = found.labels.map((label) => task.label.read(label, classes));
  const usable = labels.flatMap((label, row) =>
    label === undefined || found.incomplete[row] === 1 ? [] : [row],
  );
  const start = probedFrom(
    usable.map((row) => found.times[row] ?? 0),
    probe,
    since,
  );
  if (!start)
    throw new Refused(
      `Only ${figure(usable.length)} requests to ${run.model} that have all features have labels so far, and ${MIN_PROBED} are needed.`,
      { next: `/probe ${run.model} asks again when more have come.` },
    );
  const rows = usable.filter((row) => (found.times[row] ?? 0) >= start.getTime());
  return {
    times: Float64Array.from(rows, (row) => found.times[row] ?? 0),
    asked: {
      labels: Float64Array.from(rows, (row) => labels[row] ?? Number.NaN),
      features: Object.fromEntries(
        Object.entries(found.features).map(([name, values]) => [
          name,
          rows.map((row) => values[row] ?? null),
        ]),
      ),
    },
  };
}

/** What cannot be trained is one result less, and no reason to fail. */
async function retrained(
  probed: Probed,
  end: Date,
  { trials }: ProbeParts,
  signal: AbortSignal,
): Promise<Candidate> {
  const { run, spec, labelled } = probed;
  const { rows, days, minutes } = spec.probe ?? USUAL_PROBE;
  const window = trainedBefore(hourOf(end), { days });
  const trained = { from: window.from.toISOString(), to: window.to.toISOString() };
  return unlessAborted(signal, {}, async () => {
    const made = await trials.train({
      ...{ run: run.id, spec, window, rows, signal, asked: labelled.asked },
      timeoutMs: minutes * 60_000,
    });
    return {
      trained: { rows: made.rows, ...trained },
      ...comparedWith(probed, made.answers, [window]),
    };
  });
}

const HOUR_MS = 3_600_000;
const hourOf = (time: Date) => new Date(Math.floor(time.getTime() / HOUR_MS) * HOUR_MS);

async function earlier(
  probed: Probed,
  version: Version,
  { scorer }: ProbeParts,
  signal: AbortSignal,
): Promise<Candidate> {
  const { spec, labelled } = probed;
  const { number } = version;
  const other = incomparable(spec, version);
  if (other !== undefined) return { version: number, fault: other };
  return unlessAborted(signal, { version: number }, async () => {
    const answers = await scorer.score(version.artifact.sha256, labelled.asked, spec, {
      ...{ name: `${spec.name} v${number}`, signal },
    });
    return { version: number, ...comparedWith(probed, answers, [version.dataset.window]) };
  });
}

function comparedWith(
  { spec, live, labelled, answers, metric }: Probed,
  candidate: Float64Array,
  trained: readonly Window[],
): Pick<Candidate, 'found' | 'fault'> {
  const { task, classes = [], evaluation } = spec;
  const found = compareProbed({
    ...{ task, classes, metric, margin: evaluation.margin, times: labelled.times },
    ...{ labels: labelled.asked.labels, live: answers, candidate },
    trained: [live.dataset.window, ...trained],
  });
  return 'tooFew' in found
    ? {
        fault: `Only ${figure(found.tooFew)} of the rows are not of the days that one of the two was trained on, and ${MIN_PROBED} are needed.`,
      }
    : { found };
}

async function unlessAborted(
  signal: AbortSignal,
  candidate: Candidate,
  work: () => Promise<Candidate>,
): Promise<Candidate> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    return { ...candidate, fault: inWords(error) };
  }
}
