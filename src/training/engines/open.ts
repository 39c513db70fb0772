import { rm } from 'node:fs/promises';
import type { EngineSpec, Execution } from '../../core/engine.ts';
import type { EngineReach } from '../../core/engine-kind.ts';
import { NotFound } from '../../core/errors.ts';
import type { Engines } from '../../core/ports/engines.ts';
import { didYouMean } from '../../core/suggest.ts';
import { inside, requireFiles } from '../handed-over.ts';
import { createBookmarks } from './bookmark.ts';
import { followToEnd } from './follow.ts';
import { engineKindOf } from './index.ts';
import { takeOver } from './take-over.ts';

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
      const here = runFolders.named(run, id);
      return followToEnd(
        {
          pollMs: kind.pollMs,
          outlives,
          resume: () => kind.resume(engine, handle, reach),
          logs: (from) => kind.logs(engine, handle, from, reach),
          cancel: () => kind.cancel(engine, handle, reach),
          // Elsewhere, the place only says that it is inside.
          place: (path) => inside(files ?? here, path),
          async collect(heard) {
            if (files === undefined)
              return takeOver(heard, { id, argv, to: here, signal: watcher.signal }, parts.signed);
            await requireFiles({ argv, runDir: files }, heard, heard.last);
            return heard.artifacts;
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
      if (kind.isRemote) await parts.signed?.discard(execution.id);
      await rm(runFolders.named(run, execution.id), { recursive: true, force: true });
    },
  };
}
