import { inWords, WheelhouseError } from '../../core/errors.ts';
import { figure } from '../../core/figures.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import type { DatasetFingerprint, Evaluation, Version } from '../../core/ports/versions.ts';
import type { Difference } from './differences.ts';
import { type Effect, effectOf } from './effect.ts';
import type { Workbench } from './workbench.ts';

export interface Reproduction {
  /** The dataset program gives the recorded rows, and training on them gives the recorded file, bit for bit. */
  equal: boolean;
  model: string;
  version: number;
  /** SHA-256 of the model file. */
  artifact: { recorded: string; now: string };
  rows: {
    recorded: { sha256: string; rows: number };
    /** Missing if the dataset program gave none. */
    now?: { sha256: string; rows: number };
    /** Which of them the model was trained on. */
    trainedOn: 'recorded' | 'now';
  };
  parameters: Version['parameters'];
  /** With the differences that had no effect. */
  differences: Difference[];
  /** Of the file that was trained now, if it is another one. */
  effect?: Effect;
  /** If the dataset program gives other rows: of a model that was trained on those. */
  effectOfRows?: Effect;
}

interface Order {
  version: Version;
  evaluation: Evaluation | undefined;
  parameters: Version['parameters'];
  /** Of parameters, code, packages and machine. */
  differences: readonly Difference[];
  bench: Workbench;
  store: Artifacts;
  say(stage: string): void;
}

/** Trains a version again and compares what comes out with what is recorded. Registers nothing. */
export async function reproduce(order: Order): Promise<Reproduction> {
  const { version, bench, store, say } = order;
  const { window } = version.dataset;
  say('Running the dataset program');
  const fresh = await bench.rows(window).catch(known);
  const kept = await store.path(version.dataset.sha256).catch(known);
  if (typeof kept !== 'string' && fresh instanceof WheelhouseError) throw fresh;
  const freshPath = fresh instanceof WheelhouseError ? undefined : fresh.path;
  const data = typeof kept === 'string' ? kept : (freshPath ?? '');
  const differences = [...order.differences, ...dataDifference(version.dataset, fresh, kept)];

  say(`Training on the ${typeof kept === 'string' ? 'recorded rows' : 'rows of now'}`);
  const now = await bench.train(data, window);
  const recorded = version.artifact.sha256;
  const sameRows =
    !(fresh instanceof WheelhouseError) && fresh.fingerprint.sha256 === version.dataset.sha256;
  const equal = now === recorded && sameRows;
  const result: Reproduction = {
    equal,
    model: version.model,
    version: version.number,
    artifact: { recorded, now },
    rows: {
      recorded: shapeOf(version.dataset),
      ...(!(fresh instanceof WheelhouseError) && { now: shapeOf(fresh.fingerprint) }),
      trainedOn: typeof kept === 'string' ? 'recorded' : 'now',
    },
    parameters: order.parameters,
    differences,
  };
  if (now !== recorded) {
    if (differences.length === 0) differences.push(await unexplained(now, data, order));
    const effect = await effectIn(order, recorded, now, data);
    if (effect) result.effect = effect;
  }
  if (!sameRows && freshPath !== undefined && data !== freshPath) {
    say('Training on the rows of now');
    const other = await bench.train(freshPath, window).catch(known);
    const effect =
      typeof other === 'string' && other !== recorded
        ? await effectIn(order, recorded, other, data)
        : undefined;
    if (effect) result.effectOfRows = effect;
  }
  return result;
}

/** An error that has words for people; others are faults of ours. */
function known(error: unknown): WheelhouseError {
  if (error instanceof WheelhouseError) return error;
  throw error;
}

const shapeOf = ({ sha256, rows }: DatasetFingerprint) => ({ sha256, rows });

function dataDifference(
  recorded: DatasetFingerprint,
  fresh: WheelhouseError | { fingerprint: DatasetFingerprint },
  kept: WheelhouseError | string,
): Difference[] {
  const of = (words: string): Difference => ({ about: 'data', words, changes: [] });
  const gone =
    kept instanceof WheelhouseError
      ? [of(`The recorded rows cannot be used: ${inWords(kept)}`)]
      : [];
  if (fresh instanceof WheelhouseError)
    return [...gone, of(`The dataset program gives no rows now: ${inWords(fresh)}`)];
  const { sha256, rows } = fresh.fingerprint;
  if (sha256 === recorded.sha256) return gone;
  const counts =
    rows === recorded.rows
      ? `as many (${figure(rows)}), but others`
      : `${figure(rows)} instead of ${figure(recorded.rows)}`;
  return [
    ...gone,
    of(`The dataset program gives other rows for the same days than at the training: ${counts}.`),
  ];
}

/** Everything that is recorded is as it was: is it the program? */
async function unexplained(first: string, data: string, order: Order): Promise<Difference> {
  order.say('Training again, to see whether two trainings agree');
  const second = await order.bench.train(data, order.version.dataset.window);
  const words =
    second === first
      ? 'Two trainings now give the same file, so the training program is deterministic here. What changed is not recorded: another processor, a system library, or something that the program reads.'
      : 'Two trainings on the same rows give two files, so the training program is not deterministic. Set all seeds, and sort what has no order.';
  return { about: 'training', words, changes: [] };
}

/** On the held-out rows of its evaluation; if they are gone, on the rows that it was trained on. */
async function effectIn(
  { evaluation, bench, store, say }: Order,
  recorded: string,
  now: string,
  trained: string,
): Promise<Effect | undefined> {
  say('Comparing the answers of both');
  const heldOut = evaluation && (await store.path(evaluation.dataset.sha256).catch(known));
  const rows = typeof heldOut === 'string' ? heldOut : trained;
  const before = await bench.answers(recorded, rows).catch(known);
  const after = await bench.answers(now, rows).catch(known);
  if (before instanceof WheelhouseError || after instanceof WheelhouseError) return undefined;
  return effectOf(before, after);
}
