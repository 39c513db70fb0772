import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSettings, type Settings } from '../../../config/settings.ts';
import { loadWorkspace } from '../../../config/workspace.ts';
import { BadInput, inWords, NotFound, WheelhouseError } from '../../core/errors.ts';
import { isFailed } from '../../core/judged-gate.ts';
import { type ModelSpec, specIn, type Window } from '../../core/model.ts';
import { readParameters } from '../../training/parameters.ts';
import { ProgramFailed } from '../../training/program-failed.ts';
import { openObjects } from '../objects.ts';
import { openBench } from '../try/bench.ts';
import { type Champion, commitOf, fromBase, fromFile, type Held, isFile } from './champion.ts';
import { type Checked, checkChange } from './check.ts';
import { type Failure, type Files, openFolder, writeChecked, writeFailure } from './files.ts';
import { inText } from './in-text.ts';
import { fromRegistry, liveVersion } from './registry.ts';
import { type Asked, readWords } from './words.ts';

const INTERRUPTED = 130;
const DAY_MS = 86_400_000;

interface Out {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/**
 * Checks a change in CI, without a server. Resolves with the exit code: 0 where the gates pass, 1 where one does not or
 * the training fails, 2 where the words were not understood and nothing was checked, 130 after Ctrl-C.
 */
export async function runCi(
  words: readonly string[],
  out: Out,
  settings: Settings = readSettings(),
): Promise<number> {
  const json = words.includes('--json');
  const root = await mkdtemp(join(tmpdir(), 'wheelhouse-ci-'));
  try {
    const asked = readWords(words);
    const say = (stage: string) => json || out.stderr.write(`${stage} …\n`);
    const prepared = await prepare(asked, settings);
    const { found, files } = await attempt(asked, prepared, root, out.signal, say);
    const isChecked = 'gates' in found;
    out.stdout.write(json ? files.result : inText(found, asked.out));
    return isChecked && !found.gates.some(isFailed) ? 0 : 1;
  } catch (error) {
    if (out.signal.aborted) {
      out.stderr.write('Stopped. Nothing was registered.\n');
      return INTERRUPTED;
    }
    if (!(error instanceof WheelhouseError)) throw error;
    const { message, next = null } = error;
    if (json)
      out.stdout.write(`${JSON.stringify({ ok: false, error: { message, next } }, null, 2)}\n`);
    else out.stderr.write(`✖ ${inWords(error)}\n`);
    return error.blame === 'user' ? 2 : 1;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Everything that can be refused before a program runs. */
async function prepare(asked: Asked, settings: Settings) {
  const workspace = asked.workspace ?? settings.workspace;
  const loaded = await loadWorkspace(workspace);
  const { models, environments } = loaded;
  const environment = environments.get(asked.to);
  const spec = specIn(models.get(asked.model), environment);
  if (asked.base !== undefined) await commitOf(asked.base, workspace);
  if (asked.champion !== undefined && !(await isFile(asked.champion)))
    throw new BadInput(`There is no file ${asked.champion}, so nothing was checked.`);
  const parameters = readParameters(spec, asked.given);
  const live = asked.live
    ? ((await liveVersion(spec.name, environment, settings, models)) ?? ('none yet' as const))
    : undefined;
  await openFolder(asked.out);
  // Only the file of a live version is read from there.
  const store = asked.live ? (await openObjects(settings, loaded)).artifacts : undefined;
  return { spec, environment, parameters, workspace, live, store, home: resolve(settings.home) };
}

async function attempt(
  asked: Asked,
  {
    spec,
    environment,
    parameters,
    workspace,
    live,
    store,
    home,
  }: Awaited<ReturnType<typeof prepare>>,
  root: string,
  signal: AbortSignal,
  say: (stage: string) => void,
): Promise<{ found: Checked | Failure; files: Files }> {
  const bench = openBench(root);
  const window = windowOf(spec, asked.days);
  const { rows, base, champion, out, model, given } = asked;
  function championOf(): ((held: Held) => Promise<Champion>) | undefined {
    if (live === 'none yet') return async () => live;
    if (live && store) return (held) => fromRegistry(live, { environment, store }, held, bench);
    if (champion !== undefined) return (held) => fromFile(champion, held, bench);
    if (base === undefined) return undefined;
    const order = { revision: base, workspace, home, root, model, rows, window, given };
    return (held) => fromBase({ ...order, bench, signal, say }, held);
  }
  try {
    const found = await checkChange({
      ...{ spec, environment, parameters, rows, window, root, bench, signal, say },
      champion: championOf(),
    });
    return { found, files: await writeChecked(out, found, asked.chartsUrl, spec) };
  } catch (error) {
    if (signal.aborted || !isOfTraining(error)) throw error;
    const why = error instanceof ProgramFailed ? error.message : inWords(error);
    return { found: { model, why }, files: await writeFailure(out, { model, why }) };
  }
}

/** A result about the change, not a fault in how this was called. */
const isOfTraining = (error: unknown): error is WheelhouseError =>
  error instanceof WheelhouseError && !(error instanceof BadInput) && !(error instanceof NotFound);

function windowOf({ training: { window } }: ModelSpec, days: number | undefined): Window {
  if (days === undefined) return window;
  const from = Math.max(window.from.getTime(), window.to.getTime() - days * DAY_MS);
  return { from: new Date(from), to: window.to };
}
