import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, type Settings } from '../../../config/settings.ts';
import { loadWorkspace } from '../../../config/workspace.ts';
import { asTrained } from '../../core/as-trained.ts';
import { BadInput, inWords, NotFound, Refused, WheelhouseError } from '../../core/errors.ts';
import type { ModelSpec, Models, ParameterValues } from '../../core/model.ts';
import { parseWords } from '../../core/parse-words.ts';
import type { Evaluation, Version } from '../../core/ports/versions.ts';
import { readPairs, readParameters } from '../../training/parameters.ts';
import { filesOf } from '../../training/software/files.ts';
import { fromBytes, softwareOf } from '../../training/software/software.ts';
import { openObjects } from '../objects.ts';
import { withRegistry } from '../store.ts';
import { differencesIn } from './differences.ts';
import { type Reproduction, reproduce } from './reproduce.ts';
import { restoreCode } from './restore.ts';
import { inText } from './words.ts';
import { openWorkbench } from './workbench.ts';

const USAGE = 'npx wheelhouse reproduce MODEL VERSION [NAME=VALUE …] [--here] [--json]';
const INTERRUPTED = 130;

interface Out {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/**
 * Trains a version again from what is recorded. Resolves with the exit code: 0 where everything is equal bit for
 * bit, 1 where something differs or fails, 2 where the words were not understood, 130 after Ctrl-C.
 */
export async function runReproduce(
  words: readonly string[],
  out: Out,
  settings: Settings = readSettings(),
): Promise<number> {
  const json = words.includes('--json');
  const root = await mkdtemp(join(tmpdir(), 'wheelhouse-reproduce-'));
  try {
    const asked = read(words);
    const found = await attempt(asked, root, settings, out.signal, (stage) => {
      if (!json) out.stderr.write(`${stage} …\n`);
    });
    const { result } = found;
    out.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : inText(result, found.about));
    return result.equal ? 0 : 1;
  } catch (error) {
    if (out.signal.aborted) {
      out.stderr.write('Stopped. Nothing was registered.\n');
      return INTERRUPTED;
    }
    if (!(error instanceof WheelhouseError)) throw error;
    if (json) {
      const { message, next = null } = error;
      out.stdout.write(`${JSON.stringify({ error: { message, next } }, null, 2)}\n`);
    } else out.stderr.write(`✖ ${inWords(error)}\n`);
    return error instanceof BadInput || error instanceof NotFound ? 2 : 1;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function read(words: readonly string[]) {
  const { positionals, values } = parseWords(
    {
      args: [...words],
      allowPositionals: true,
      options: { here: { type: 'boolean' }, json: { type: 'boolean' } },
    },
    USAGE,
  );
  const [model, version, ...pairs] = positionals;
  if (model === undefined || version === undefined)
    throw new BadInput(model === undefined ? 'Which model?' : 'Which version?', {
      next: `Usage: ${USAGE}`,
    });
  return { model, version, given: readPairs(pairs), here: values.here === true };
}

async function attempt(
  asked: ReturnType<typeof read>,
  root: string,
  settings: Settings,
  signal: AbortSignal,
  say: (stage: string) => void,
) {
  const loaded = await loadWorkspace(settings.workspace);
  const { models } = loaded;
  models.get(asked.model);
  const { version, evaluation } = await recordOf(asked, settings, models);
  if (version.imported)
    throw new Refused(
      `${version.id} was imported from MLflow, so it was not trained by a program of this workspace.`,
      { next: 'Reproduce it where it was trained.' },
    );
  const restored = await restoreCode(version.code, {
    ...{ workspace: settings.workspace, into: root, home: settings.home, here: asked.here },
  });
  const workspace =
    restored.from === 'commit' ? (await loadWorkspace(restored.folder)).models : models;
  const spec = asTrained(workspace.get(asked.model), version);
  const { artifacts: store } = await openObjects(settings, loaded);
  const parameters = parametersOf(spec, version, asked.given);
  const now = await softwareOf(spec);
  const recorded =
    version.software === undefined
      ? undefined
      : await store.read(version.software).then(fromBytes, () => undefined);
  const files =
    restored.from === 'workspace' ? now.files : await filesOf(models.get(asked.model).folder);
  const result: Reproduction = await reproduce({
    ...{ version, evaluation, parameters, store, say },
    differences: differencesIn({ version, parameters, restored, recorded, now, files }),
    bench: openWorkbench({ spec, parameters, root, store, signal }),
  });
  const { node = {}, python = {} } = now.packages;
  const about = {
    ...{ revision: version.code.revision, restored, unit: spec.unit },
    bytes: version.artifact.bytes,
    packages: Object.keys(node).length + Object.keys(python).length,
  };
  return { result, about };
}

const recordOf = (
  asked: { model: string; version: string },
  settings: Settings,
  models: Models,
): Promise<{ version: Version; evaluation: Evaluation | undefined }> =>
  withRegistry(
    settings,
    async ({ versions }) => {
      const version = await versions.resolve(asked.model, asked.version);
      return { version, evaluation: await versions.evaluation(version.id) };
    },
    models,
  );

/** The recorded ones, with what was given instead; a parameter that was declared since has its default. */
function parametersOf(
  spec: ModelSpec,
  { parameters }: Version,
  given: Record<string, string>,
): ParameterValues {
  const instead = readParameters(spec, given);
  const named = Object.keys(given).map((name) => [name, instead[name] ?? '']);
  return { ...parameters, ...Object.fromEntries(named) };
}
