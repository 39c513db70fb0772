import { runSubject } from '../src/cards/run.ts';
import { type WhatIfResult, whatIfOf, whatIfState } from '../src/cards/what-if.ts';
import { asTrained } from '../src/core/as-trained.ts';
import { Refused } from '../src/core/errors.ts';
import { figure } from '../src/core/figures.ts';
import { defineJob } from '../src/core/job.ts';
import { toJson } from '../src/core/json.ts';
import { numbersIn } from '../src/core/ports/predictions.ts';
import type { OpenModel } from '../src/core/ports/programs.ts';
import type { Run } from '../src/core/ports/runs.ts';
import type { Needs } from '../src/core/world.ts';
import { answered } from '../src/evaluation/answered.ts';
import { createWhatIf } from '../src/evaluation/what-if.ts';
import { metricOf } from '../src/tasks/words.ts';
import { whatIf as whatIfJob } from './declared/index.ts';
import { type Follower, failRun, followRun, showEnd } from './steps/follow-run.ts';

type Parts = Needs<
  'runs' | 'replies' | 'models' | 'versions' | 'environments' | 'predictions' | 'scorer'
>;

/** Sends the logged requests of a window through a version, and compares its answers with those that were given. */
export const whatIf = defineJob({
  ...whatIfJob,

  async run({ run: id }, needs: Parts, signal) {
    const run = await needs.runs.begin(id);
    if (!run) return showAgain(await needs.runs.get(id), needs);
    const result = await followRun(run, needs, (follow) => ask(run, follow, needs, signal));
    const ended = await needs.runs.finish(id, { status: 'succeeded', result: toJson(result) });
    if (ended) await needs.replies.show(runSubject(ended), whatIfState(ended, result));
  },

  failed: ({ run }, error, needs: Parts) => failRun(run, error, needs),
});

/** Ended by an attempt that may have crashed before it reported this. */
async function showAgain(run: Run, { replies }: Needs<'replies'>): Promise<void> {
  if (run.status !== 'succeeded') return showEnd(run, { replies });
  await replies.show(runSubject(run), whatIfState(run, whatIfOf(run)));
}

async function ask(
  run: Run,
  follow: Follower,
  needs: Parts,
  signal: AbortSignal,
): Promise<WhatIfResult> {
  const version = await needs.versions.resolve(run.model, String(run.versions[0] ?? ''));
  const spec = asTrained(needs.models.get(run.model), version);
  const { task, features, classes = [], evaluation, unit } = spec;
  const answer = numbersIn(task.answer);
  if (answer === undefined) throw new Error(`the task ${task.name} logs no numbers`);
  const found = createWhatIf({
    ...{ task, classes, features, version: version.number, trained: version.dataset.window },
    ...{ margin: evaluation.margin, primary: evaluation.primary },
  });
  const question = {
    ...{ model: run.model, environment: needs.environments.get(run.environment) },
    ...{ window: run.window, answer, width: task.answer.width(classes) },
    features,
  };
  const name = `${run.model} v${version.number}`;
  const [from, to] = [run.window.from.getTime(), run.window.to.getTime()];
  let rows = 0;
  let model: OpenModel | undefined;
  try {
    const open = async () => {
      model ??= await needs.scorer.open(version.artifact.sha256, spec, { name, signal });
      return model;
    };
    for await (const { requests, answers } of answered(
      needs.predictions.requests(question, signal),
      open,
    )) {
      found.add(requests, answers);
      rows += requests.rows;
      const last = requests.times[requests.rows - 1] ?? to;
      const share = Math.min(0.95, (last - from) / (to - from));
      await follow.say(`${figure(rows)} requests asked`, share);
    }
  } finally {
    model?.close();
  }
  if (rows === 0)
    throw new Refused(`No requests to ${run.model} are logged in that time.`, {
      next: 'Name an earlier day with --since.',
    });
  await follow.say('comparing', 0.97);
  const words = task.metrics(classes).map((metric) => {
    const { words, unit: own } = metricOf(metric.name, { task, unit });
    return [metric.name, { words, ...(own !== undefined && { unit: own }) }] as const;
  });
  return {
    ...{ whatIf: found.result(), words: Object.fromEntries(words) },
    ...(unit !== undefined && { unit }),
  };
}
