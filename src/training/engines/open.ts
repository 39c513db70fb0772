import { rm } from 'node:fs/promises';
import type { EngineSpec, Execution } from '../../core/engine.ts';
import type { EngineReach } from '../../core/engine-kind.ts';
import { NotFound } from '../../core/errors.ts';
import type { Engines } from '../../core/ports/engines.ts';
import { didYouMean } from '../../core/suggest.ts';
import { inside, requireFiles } from '../handed-over.ts';
import type { Heard } from '../output.ts';
import { createBookmarks } from './bookmark.ts';
import { followToEnd } from './follow.ts';
import { engineKindOf } from './index.ts';

interface Parts extends Omit<EngineReach, 'signal'> {
  engines: readonly EngineSpec[];
  /** Whether programs go on when this process ends. */
  outlives: boolean;
}

/** For what must be done although whoever wanted it is gone. */
const NEVER = new AbortController().signal;

/** The engines of a workspace, by the plug-ins of their kinds. */
export function createEngines({ engines, outlives, ...parts }: Parts): Engines {
  const { runFolders } = parts;
  const get = (name: string): EngineSpec => {
    const engine = engines.find((candidate) => candidate.name === name);
    if (engine) return engine;
    const names = engines.map((one) => one.name);
    throw new NotFound(`There is no engine "${name}".${didYouMean(name, names)}`, {
      next: `There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}.`,
    });
  };
  const reach: EngineReach = { ...parts, signal: NEVER };
  const whereOf = (name: string) => {
    const engine = get(name);
    return { engine, kind: engineKindOf(engine.kind) };
  };
  const handleOf = async (run: string, { engine: name, id, handle }: Execution) => {
    const { engine, kind } = whereOf(name);
    return handle ?? (await kind.adopt(engine, { run, id }, reach));
  };

  return {
    list: () => engines,
    get,

    async start(name, order, signal) {
      const { engine, kind } = whereOf(name);
      return kind.start(engine, order, { ...reach, signal });
    },

    async follow(execution, watcher) {
      const { engine, kind } = whereOf(execution.engine);
      const { run, argv } = watcher;
      const { id } = execution;
      const handle = await handleOf(run, execution);
      if (handle === undefined) throw new Error(`${id} was never started on ${engine.name}`);
      const files = kind.filesOf(handle, reach);
      if (files === undefined) throw new Error(`${kind.name} has no files here`);
      return followToEnd(
        {
          pollMs: kind.pollMs,
          outlives,
          resume: () => kind.resume(engine, handle, reach),
          logs: (from) => kind.logs(engine, handle, from, reach),
          cancel: () => kind.cancel(engine, handle, reach),
          place: (path) => inside(files, path),
          async collect({ metrics, artifacts, last }: Heard) {
            await requireFiles({ argv, runDir: files }, { metrics, artifacts }, last);
            return artifacts;
          },
          write: (lines) => runFolders.log(run, lines),
          bookmarks: createBookmarks(runFolders, { run, id }),
        },
        watcher,
      );
    },

    async cancel(run, execution) {
      const { engine, kind } = whereOf(execution.engine);
      const handle = await handleOf(run, execution);
      if (handle !== undefined) await kind.cancel(engine, handle, reach);
    },

    async forget(run, execution) {
      const { engine, kind } = whereOf(execution.engine);
      const handle = await handleOf(run, execution);
      if (handle !== undefined) await kind.forget(engine, handle, reach);
      await rm(runFolders.named(run, execution.id), { recursive: true, force: true });
    },
  };
}
