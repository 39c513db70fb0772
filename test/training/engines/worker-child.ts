import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine, enginesOf } from '../../../config/engines.ts';
import { type Execution, executionId } from '../../../src/core/engine.ts';
import { ExecutionLost } from '../../../src/training/engines/lost.ts';
import { createEngines } from '../../../src/training/engines/open.ts';
import { createProgramUsers } from '../../../src/training/engines/users.ts';
import { createRunFolders } from '../../../src/training/folders.ts';
import { OUTPUT_BYTES } from '../../../src/training/output-limit.mjs';
import { ProgramFailed } from '../../../src/training/program-failed.ts';
import { slotsAt } from './slots.ts';

/**
 * A worker that starts or adopts the runs that it is given, with files instead of a registry, for tests that kill it.
 * Arguments: a folder, the program, the engine as in a workspace, the port of its objects, and the runs.
 */
const [folder = '', script = '', engine = '', port = '', ...runs] = process.argv.slice(2);
const engines = createEngines({
  engines: enginesOf({ chosen: Engine.parse(JSON.parse(engine)) }),
  runFolders: createRunFolders(join(folder, 'runs')),
  ...{ users: createProgramUsers(), secret: () => undefined, signed: slotsAt(Number(port)) },
  outlives: true,
});
const WINDOW = { from: new Date(0), to: new Date(1) };
/** Of no bytes. */
const NOTHING = createHash('sha256').digest('hex');
const { signal } = new AbortController();
const pathOf = (run: string) => join(folder, `${run}.json`);

function read(run: string): Execution {
  if (existsSync(pathOf(run))) return JSON.parse(readFileSync(pathOf(run), 'utf8'));
  return fresh(run, 1);
}

function fresh(run: string, number: number): Execution {
  const dataset = { window: WINDOW, sha256: NOTHING, rows: 1 };
  const inspection = { rows: 1, warnings: [], notWhole: {} };
  const described = { code: { revision: '', dirty: false }, runtime: {} };
  const prepared = { dataset, inspection, described };
  return {
    ...{ id: executionId(run, number), number, engine: 'chosen' },
    startedAt: WINDOW.to,
    prepared,
  };
}

function write(run: string, execution: Execution & { outcome?: string }): void {
  writeFileSync(`${pathOf(run)}.partial`, JSON.stringify(execution));
  renameSync(`${pathOf(run)}.partial`, pathOf(run));
}

async function work(run: string): Promise<void> {
  const argv = [process.execPath, '-e', script] as const;
  for (let execution = read(run); !execution.endedAt; execution = read(run)) {
    write(run, execution);
    const handle =
      execution.handle ??
      (await engines.start(
        'chosen',
        {
          ...{
            id: execution.id,
            argv,
            folder,
            timeoutMs: 60_000,
            outputBytes: OUTPUT_BYTES,
            job: {},
          },
          request: {
            ...{ run, model: 'flights', window: WINDOW, parameters: {}, features: {} },
            ...{ label: 'late', task: 'binary', null_category: '' },
          },
          data: { path: '/dev/null', sha256: NOTHING },
        },
        signal,
      ));
    const started = { ...execution, handle };
    write(run, started);
    try {
      const { result } = await engines.follow(started, {
        ...{ run, model: 'flights', argv, timeoutMs: 60_000, signal },
        ...{ onProgress: () => undefined, onQueued: () => undefined, onEnd: async () => undefined },
      });
      const model = readFileSync(result.artifacts['model'] ?? '', 'utf8');
      // One write, as in the registry: a worker that dies before it does it again, and none does after it.
      const outcome = `${model} ${Object.keys(result.metrics).length}`;
      write(run, { ...started, endedAt: new Date(), outcome });
      await engines.forget(run, started);
    } catch (error) {
      if (error instanceof ExecutionLost) write(run, fresh(run, execution.number + 1));
      else if (error instanceof ProgramFailed)
        write(run, { ...started, endedAt: new Date(), outcome: error.message });
      else throw error;
    }
  }
}

await Promise.all(runs.map(work));
