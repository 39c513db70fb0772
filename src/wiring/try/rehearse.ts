import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admitModel, admitPredictions } from '../../../jobs/steps/admit-model.ts';
import { definedOnly } from '../../../jobs/steps/defined.ts';
import { trainerAgreement } from '../../../jobs/steps/trainer-agreement.ts';
import { agreementWarnings } from '../../cards/agreement.ts';
import type { ModelSpec, ParameterValues, Window } from '../../core/model.ts';
import type { Prepared } from '../../core/ports/programs.ts';
import { problemOf } from '../../release/gates/smoke/problem.ts';
import { NoRows } from '../../training/datasets.ts';
import { runTraining } from '../../training/run-training.ts';
import { heldOut } from '../../training/windows.ts';
import { openBench } from './bench.ts';

/** What a trial found. Nothing of it is kept. */
export interface Rehearsal {
  model: string;
  parameters: ParameterValues;
  training: { window: Window; rows: number };
  heldOut: { window: Window; rows: number; composition: string };
  modelBytes: number;
  metrics: Record<string, number>;
  /** Of the label, where one is declared. */
  unit?: string | undefined;
  /** What the training program said of itself. */
  reported: Record<string, number>;
  warnings: string[];
  tookMs: { dataset: number; training: number; heldOut: number; scoring: number };
}

interface Order {
  spec: ModelSpec;
  parameters: ParameterValues;
  /** Length of the window to train on, at the end of the declared one. */
  days: number;
  signal: AbortSignal;
  say(stage: string): void;
}

const RUN = 'try';
const DAY_MS = 86_400_000;

/**
 * Does what a training does, by the same code, on the last days of the declared window and the days
 * after it: both programs, the checks of rows and model, scores. Everything lies in a temporary folder
 * that goes at the end. Throws what a training would fail with.
 */
export async function rehearse({
  spec: declared,
  parameters,
  days,
  signal,
  say,
}: Order): Promise<Rehearsal> {
  const root = await mkdtemp(join(tmpdir(), 'wheelhouse-try-'));
  try {
    const { artifacts, folders, programs, scorer, datasets } = openBench(root);
    const prepare = (spec: ModelSpec, window: Window) =>
      datasets.prepare({ spec, run: RUN, window, signal });
    const timed = stopwatch(signal, say);

    const [data, dataset] = await timed('Running the dataset program', () =>
      smallest(declared, days, (window) => prepare(declared, window)),
    );
    const { window } = data.fingerprint;
    const { classes = [] } = data.inspection;
    const spec = { ...declared, classes: data.inspection.classes };
    const [made, training] = await timed('Running the training program', async () => {
      const runDir = await folders.create(RUN, 'train');
      const result = await runTraining(
        { spec, run: RUN, window, parameters, data: data.path, runDir, signal },
        programs,
      );
      const rows = data.inspection;
      return {
        result,
        ...(await admitModel({ path: result.path, spec, rows }, { artifacts })),
        ...(result.predictions !== undefined && {
          predictions: await admitPredictions(
            { path: result.predictions, spec, rows },
            { artifacts, scorer },
          ),
        }),
      };
    });
    const [unseen, judging] = await timed('Preparing the held-out days', () =>
      prepare(spec, heldOut(spec, window)),
    );
    const [scored, scoring] = await timed('Scoring them', async () => {
      const rows = await scorer.read(unseen.path, spec);
      const answers = await scorer.score(made.artifact.sha256, rows, spec, {
        name: spec.name,
        signal,
      });
      const trained = made.predictions && (await scorer.read(data.path, spec));
      const version = { model: spec.name, number: 1, artifact: made.artifact };
      const agreement =
        made.predictions &&
        (await trainerAgreement(
          { ...version, predictions: made.predictions },
          ...([trained, spec, { artifacts, scorer }, signal] as const),
        ));
      return {
        ...{ labels: rows.labels, rows: rows.labels.length, answers, classes },
        warnings: agreement ? agreementWarnings(agreement, answers) : [],
      };
    });
    const problem = problemOf(scored, spec.task.answer);
    return {
      model: spec.name,
      parameters,
      training: { window, rows: data.fingerprint.rows },
      heldOut: {
        window: unseen.fingerprint.window,
        rows: unseen.fingerprint.rows,
        composition: spec.task.composition(scored.labels, classes).words,
      },
      modelBytes: made.artifact.bytes,
      metrics: definedOnly(spec.task.measure(scored)),
      ...(spec.unit !== undefined && { unit: spec.unit }),
      reported: made.result.metrics,
      warnings: [
        ...data.inspection.warnings,
        ...made.warnings,
        ...scored.warnings,
        ...unseen.inspection.warnings.map((warning) => `Held-out days: ${warning}`),
        ...(problem ? [`The model could not be promoted: ${problem}.`] : []),
      ],
      tookMs: { dataset, training, heldOut: judging, scoring },
    };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** The last days of the declared window; the whole of it where those have no rows. */
async function smallest(
  { training: { window } }: ModelSpec,
  days: number,
  prepare: (window: Window) => Promise<Prepared>,
): Promise<Prepared> {
  const from = new Date(Math.max(window.from.getTime(), window.to.getTime() - days * DAY_MS));
  try {
    return await prepare({ from, to: window.to });
  } catch (error) {
    if (!(error instanceof NoRows) || from.getTime() === window.from.getTime()) throw error;
    return prepare(window);
  }
}

function stopwatch(signal: AbortSignal, say: (stage: string) => void) {
  return async <T>(stage: string, work: () => Promise<T>): Promise<[T, number]> => {
    signal.throwIfAborted();
    say(stage);
    const began = performance.now();
    const result = await work();
    return [result, Math.round(performance.now() - began)];
  };
}
