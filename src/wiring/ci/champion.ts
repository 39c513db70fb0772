import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { loadWorkspace } from '../../../config/workspace.ts';
import { admitModel } from '../../../jobs/steps/admit-model.ts';
import { BadInput, inWords, WheelhouseError } from '../../core/errors.ts';
import type { ModelSpec, Window } from '../../core/model.ts';
import type { Columns } from '../../core/ports/programs.ts';
import { type Comparison, compareAnswers } from '../../evaluation/compare.ts';
import { requireFinite } from '../../evaluation/rows.ts';
import { problemOf } from '../../release/gates/smoke/problem.ts';
import { readParameters } from '../../training/parameters.ts';
import { restoreCode, short } from '../reproduce/restore.ts';
import type { Bench } from '../try/bench.ts';
import { trainOnSample } from './train.ts';

/** What a change is compared with. `none yet`: the model is new, so there is nothing to compare with. */
export type Champion =
  | { name: string; sha256: string; spec: ModelSpec; rows: Columns }
  /** Why it gives no answers, as the end of a sentence. */
  | { name: string; problem: string }
  | 'none yet';

/** The rows that both models answer. */
export interface Held {
  path: string;
  rows: Columns;
  spec: ModelSpec;
  window: Window;
}

/** Throws BadInput if there is no such file. */
export async function fromFile(
  file: string,
  { rows, spec }: Held,
  bench: Bench,
): Promise<Champion> {
  const name = basename(file);
  if (!(await isFile(file)))
    throw new BadInput(`There is no file ${file}, so nothing was checked.`);
  return usable(name, async () => {
    // What it was trained on is not known, so nothing is known of these rows.
    const unknown = { rows: rows.labels.length, warnings: [], notWhole: {} };
    const { artifact } = await admitModel({ path: file, spec, rows: unknown }, bench);
    return { name, sha256: artifact.sha256, spec, rows };
  });
}

export const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  );

interface Base {
  revision: string;
  workspace: string;
  home: string;
  root: string;
  /** Name of the model. */
  model: string;
  /** As for the change itself. */
  rows: number;
  window: Window;
  given: Record<string, string>;
  bench: Bench;
  signal: AbortSignal;
  say(stage: string): void;
}

/** The commit that a revision names. Throws BadInput if the repository does not have it. */
export async function commitOf(revision: string, workspace: string): Promise<string> {
  const words = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  try {
    return (await promisify(execFile)('git', words, { cwd: workspace })).stdout.trim();
  } catch (cause) {
    throw new BadInput(`The repository here has no revision "${revision}".`, {
      next: 'A CI checkout often has only the newest commit: fetch that of the base branch first.',
      cause,
    });
  }
}

/** The model as the code of another commit trains it, on the same days and as many rows. */
export async function fromBase(base: Base, held: Held): Promise<Champion> {
  const { revision, workspace, home, root, bench, signal } = base;
  const commit = await commitOf(revision, workspace);
  const name = commit.startsWith(revision) ? short(commit) : `${revision} (${short(commit)})`;
  return usable(name, async () => {
    const code = { revision: commit, dirty: false };
    const restored = await restoreCode(code, { workspace, home, into: root, here: false });
    if (restored.from === 'workspace') return { name, problem: restored.why };
    const { models } = await loadWorkspace(restored.folder);
    const declared = models.list().find((one) => one.name === base.model);
    if (!declared) return 'none yet';
    if (declared.task.name !== held.spec.task.name)
      return { name, problem: `its task is ${declared.task.name}.` };
    const made = await trainOnSample({
      ...{ ...base, spec: declared, run: 'base', out: join(root, 'base.parquet') },
      parameters: readParameters(declared, known(declared, base.given)),
      whose: ` of ${name}`,
    });
    const { artifact } = await admitModel(
      { path: made.path, spec: made.spec, rows: made.prepared.inspection },
      bench,
    );
    // It may have other features; the held-out rows must have them too.
    const { labels } = held.rows;
    const rows = { ...(await bench.scorer.read(held.path, made.spec)), labels };
    signal.throwIfAborted();
    return { name, sha256: artifact.sha256, spec: made.spec, rows };
  });
}

/** Parameters that a change adds are unknown to its base. */
function known({ parameters }: ModelSpec, given: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).filter(([name]) => Object.hasOwn(parameters, name)),
  );
}

/** A champion that fails must not keep a change from being checked. */
export async function usable(name: string, open: () => Promise<Champion>): Promise<Champion> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof WheelhouseError)) throw error;
    return { name, problem: inWords(error) };
  }
}

interface Challenger {
  answers: Float64Array;
  rows: Columns;
  spec: ModelSpec;
}

/** Compares the answers of both to the same rows; `unusable` says why that cannot be done. */
export async function compareWith(
  champion: Champion,
  { answers, rows, spec }: Challenger,
  { scorer }: Pick<Bench, 'scorer'>,
  signal: AbortSignal,
  say: (stage: string) => void,
): Promise<Comparison | { unusable: string } | undefined> {
  if (champion === 'none yet') return undefined;
  const { name } = champion;
  const unusable = (why: string) => ({
    unusable: `${name} gives no usable answer: ${why.replace(/[.]$/, '')}.`,
  });
  if ('problem' in champion) return unusable(champion.problem);
  const { classes = [], task } = spec;
  const others = champion.spec.classes ?? [];
  if (others.join('\n') !== classes.join('\n'))
    return unusable(`it tells other classes apart: ${others.join(', ')}`);
  say(`Comparing it with ${name}`);
  try {
    const before = await scorer.score(champion.sha256, champion.rows, champion.spec, {
      ...{ name, signal },
    });
    const problem = problemOf({ answers: before, rows: rows.labels.length, classes }, task.answer);
    if (problem !== undefined) return unusable(problem);
    requireFinite('Comparing', before);
    return compareAnswers(task, {
      ...{ labels: rows.labels, classes, champion: before, challenger: answers },
      ...(rows.entities && { entities: rows.entities }),
      ...{ margin: spec.evaluation.margin, primary: spec.evaluation.primary },
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof WheelhouseError)) throw error;
    return unusable(inWords(error));
  }
}
