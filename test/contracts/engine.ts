import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type EngineOrder,
  type EngineSpec,
  type Execution,
  HandedOver,
} from '../../src/core/engine.ts';
import { Refused } from '../../src/core/errors.ts';
import type { Argv } from '../../src/core/model.ts';
import { engineKindOf } from '../../src/training/engines/index.ts';
import { ExecutionLost } from '../../src/training/engines/lost.ts';
import { createEngines } from '../../src/training/engines/open.ts';
import { createProgramUsers } from '../../src/training/engines/users.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { OUTPUT_BYTES } from '../../src/training/output-limit.mjs';
import { ProgramFailed } from '../../src/training/program-failed.ts';
import { until } from '../training/runner.ts';

/** What an engine runs on, brought to the suite. */
interface EngineGround {
  settings: Record<string, unknown>;
  parts?: Partial<Parameters<typeof createEngines>[0]>;
  /** Of the objects, for workers in processes of their own: see test/training/engines/slots.ts. */
  port?: number;
  /** How many of the processes with this word in their arguments live. */
  alive(word: string): Promise<number>;
  /** As if the machine of an execution had been switched off. */
  lose(execution: Execution): Promise<void>;
  close(): Promise<void>;
}

export interface EngineFixture {
  /**
   * @param folder with the workspace in `workspace`
   * @param objects files by their SHA-256: what the object store has
   */
  open(folder: string, objects: Record<string, string>): Promise<EngineGround>;
  /** Words for a program that is given as JavaScript; it runs where Node is. */
  program?(script: string): EngineOrder['argv'];
  /** False if this run plays the suite of another adapter. */
  plays?: boolean;
}

const INSPECTION = { rows: 1, warnings: [], notWhole: {} };
const WINDOW = { from: new Date('2001-01-01'), to: new Date('2001-02-01') };

/** What every kind of engine must do. */
export function engineContract(kind: string, { open, program, plays = true }: EngineFixture): void {
  describe.runIf(plays)(`engine ${kind}`, () => {
    let folder = '';
    let ground: EngineGround;
    const { signal } = new AbortController();
    const scripted = program ?? ((script): EngineOrder['argv'] => [process.execPath, '-e', script]);

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'wheelhouse-engine-'));
      await writeFile(join(folder, 'rows.parquet'), 'rows');
      await mkdir(workspace());
      await writeFile(join(workspace(), 'own.txt'), 'of the workspace');
      ground = await open(folder, { [HASH]: join(folder, 'rows.parquet') });
    });
    afterAll(async () => {
      await ground?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const workspace = () => join(folder, 'workspace');
    const specs = (): EngineSpec[] => [
      { name: 'here', ...engineKindOf(kind).schema.parse({ kind, ...ground.settings }) },
    ];
    const folders = (worker = 'runs') => createRunFolders(join(folder, worker));
    /** A worker of its own: it knows what is stored with a run, and nothing else. */
    const worker = (outlives = true, name?: string) =>
      createEngines({
        ...{ engines: specs(), runFolders: folders(name), users: createProgramUsers() },
        ...{ secret: () => undefined, signed: undefined, outlives, ...ground.parts },
      });

    async function begin(
      script: string,
      {
        timeoutMs = 60_000,
        outputBytes = OUTPUT_BYTES,
        argv = scripted(script),
      }: { timeoutMs?: number; outputBytes?: number; argv?: Argv } = {},
    ) {
      const run = `run-${randomUUID().slice(0, 8)}`;
      const order: EngineOrder = {
        ...{ id: run, argv, folder: workspace(), timeoutMs, outputBytes, job: {} },
        request: {
          ...{ run, model: 'flights', window: WINDOW, parameters: { trees: 3 } },
          ...{ features: { distance: 'number' }, label: 'late', task: 'binary', null_category: '' },
        },
        data: { path: join(folder, 'rows.parquet'), sha256: HASH },
      };
      const execution: Execution = {
        ...{ id: run, number: 1, engine: 'here', startedAt: new Date() },
        prepared: {
          dataset: { window: WINDOW, sha256: HASH, rows: 1 },
          inspection: INSPECTION,
          described: {
            code: { revision: 'unversioned', dirty: false },
            runtime: {},
          },
        },
        handle: await worker().start('here', order, signal),
      };
      return { run, order, execution };
    }

    /** Follows an execution as one worker does. */
    function follow(
      { run, order, execution }: Awaited<ReturnType<typeof begin>>,
      { by = worker(), signal: own = signal } = {},
    ) {
      const progress: [number, string][] = [];
      const ended: Execution['use'][] = [];
      const outcome = by
        .follow(execution, {
          ...{ run, model: 'flights', argv: order.argv, timeoutMs: order.timeoutMs, signal: own },
          onProgress: (share, message) => progress.push([share, message]),
          onQueued: () => undefined,
          onEnd: async (use) => void ended.push(use),
        })
        .then(
          ({ result, use }) => ({ result, use, error: undefined }),
          (error: unknown) => ({ error, result: undefined, use: undefined }),
        );
      return { outcome, progress, ended };
    }
    const nothingLeft = (word: string) =>
      until('nothing of it is left', async () => (await ground.alive(word)) === 0);
    const says = (line: object) => `console.log(${JSON.stringify(JSON.stringify(line))});`;
    const MODEL = `require('node:fs').writeFileSync(process.env.WHEELHOUSE_RUN_DIR + '/m.onnx', 'a model');
      ${says({ artifact: 'model', path: 'm.onnx' })}`;
    const LASTING = 'setInterval(() => {}, 1000);';
    const said = (run: string, line: string) =>
      until(`${run} says ${line}`, async () => (await folders().tail(run, 50)).includes(line));

    it('runs a program with its request and its rows, and gives what it reports and hands over', async () => {
      const begun = await begin(`
        const { readFileSync } = require('node:fs');
        const request = JSON.parse(readFileSync(process.env.WHEELHOUSE_REQUEST, 'utf8'));
        console.log([request.run, request.parameters.trees, process.env.WHEELHOUSE_PARAM_TREES,
          readFileSync(request.data, 'utf8'), request.data === process.env.WHEELHOUSE_DATA,
          readFileSync('own.txt', 'utf8'), '$HOME'].join(' '));
        ${says({ progress: 0.5, message: 'half way' })}
        ${says({ metric: 'auc', value: 0.75 })}
        console.error('mind this');
        ${MODEL}`);
      const { outcome, progress } = follow(begun);
      const { result, use, error } = await outcome;
      expect(error).toBeUndefined();
      expect(result?.metrics).toEqual({ auc: 0.75 });
      expect(await readFile(result?.artifacts['model'] ?? '', 'utf8')).toBe('a model');
      expect(progress).toEqual([[0.5, 'half way']]);
      const log = (await folders().tail(begun.run, 50)).toSorted();
      expect(log).toEqual(['mind this', `${begun.run} 3 3 rows true of the workspace $HOME`]);
      expect(use?.seconds).toBeGreaterThan(0);

      // Whoever lost the answer asks again, for as long as it is not forgotten.
      const again = await follow(begun, { by: worker() }).outcome;
      expect(again.result?.metrics).toEqual({ auc: 0.75 });
      expect((await folders().tail(begun.run, 50)).length).toBe(2);
      for (const _ of [1, 2]) await worker().forget(begun.run, begun.execution);
    });

    it('starts one program, however often it is asked to, also by two at once', async () => {
      const word = `once-${randomUUID()}`;
      const begun = await begin(`// ${word}\n${LASTING}`);
      const handles = await Promise.all(
        [1, 2, 3].map(() => worker().start('here', begun.order, signal)),
      );
      for (const handle of handles) expect(handle).toEqual(begun.execution.handle);
      await until('it runs', async () => (await ground.alive(word)) === 1);
      // A worker that died before it stored the handle.
      const { handle: _, ...without } = begun.execution;
      await worker().cancel(begun.run, without);
      await nothingLeft(word);
    });

    it('goes on when the worker that follows it ends, and another adopts it: nothing is lost or heard twice', async () => {
      const go = join(folder, randomUUID());
      const begun = await begin(`
        let n = 0;
        const timer = setInterval(() => {
          if (n === 4 && !require('node:fs').existsSync(${JSON.stringify(go)})) return;
          console.log('line ' + n);
          console.log(JSON.stringify({ metric: 'm' + n, value: n }));
          if (++n === 12) { clearInterval(timer); ${MODEL} }
        }, 100);`);
      const first = new AbortController();
      const { outcome, ended } = follow(begun, { signal: first.signal });
      await said(begun.run, 'line 2');
      first.abort(new HandedOver('the worker ends'));
      expect((await outcome).error).toBeInstanceOf(HandedOver);
      expect(ended).toEqual([]);
      await writeFile(go, '');
      const { result, error } = await follow(begun).outcome;
      expect(error).toBeUndefined();
      expect(Object.keys(result?.metrics ?? {})).toHaveLength(12);
      const lines = Array.from({ length: 12 }, (_, n) => `line ${n}`);
      expect(await folders().tail(begun.run, 50)).toEqual(lines);
      await worker().forget(begun.run, begun.execution);
    });

    it('is ended with a worker that takes it along', async () => {
      const word = `along-${randomUUID()}`;
      const begun = await begin(`// ${word}\nconsole.log('begun'); ${LASTING}`);
      const controller = new AbortController();
      const by = worker(false);
      const { outcome, ended } = follow(begun, { by, signal: controller.signal });
      await said(begun.run, 'begun');
      controller.abort(new HandedOver('the worker ends'));
      expect((await outcome).error).toBeInstanceOf(HandedOver);
      expect(ended).toHaveLength(1);
      await nothingLeft(word);
    });

    it('ends all of a cancelled program, also one that ignores it', async () => {
      const word = `family-${randomUUID()}`;
      const begun = await begin(`
        process.on('SIGTERM', () => console.log('no'));
        require('node:child_process').spawn(process.execPath, ['-e', '// ${word}\\n${LASTING}'], { stdio: 'ignore' });
        console.log('begun'); ${LASTING} // ${word}`);
      const controller = new AbortController();
      const { outcome, ended } = follow(begun, { signal: controller.signal });
      await said(begun.run, 'begun');
      await until('both run', async () => (await ground.alive(word)) === 2);
      controller.abort(new Error('cancelled by dev'));
      expect(String((await outcome).error)).toContain('cancelled by dev');
      expect(ended).toHaveLength(1);
      await nothingLeft(word);
      await worker().cancel(begun.run, begun.execution);
    });

    it('ends a program whose time is over, and says so', async () => {
      const word = `late-${randomUUID()}`;
      const begun = await begin(`// ${word}\nconsole.log('begun'); ${LASTING}`, {
        timeoutMs: 3000,
      });
      const { error } = await follow(begun).outcome;
      expect(error).toBeInstanceOf(ProgramFailed);
      expect(String(error)).toContain('was stopped after 0.05 minutes');
      await nothingLeft(word);
    });

    it.each([
      [
        'fails',
        'console.log("the data is odd"); process.exit(3);',
        /ended with exit code 3.*the data is odd/s,
      ],
      ['is killed', `process.kill(process.pid, 'SIGKILL');`, /SIGKILL \(exit code 137\)/],
    ])('says how a program ended that %s', async (_, script, words) => {
      const begun = await begin(script);
      const { outcome, ended } = follow(begun);
      const { error } = await outcome;
      expect(error).toBeInstanceOf(ProgramFailed);
      expect(String(error)).toMatch(words);
      expect(ended).toHaveLength(1);
      // It stays until it is forgotten, also for those who would end it.
      await worker().cancel(begun.run, begun.execution);
      expect(String((await follow(begun).outcome).error)).toMatch(words);
      for (const _ of [1, 2]) await worker().forget(begun.run, begun.execution);
    });

    it('says that a program cannot be started', async () => {
      const begun = await begin('', { argv: ['no-such-program-here'] });
      const { error } = await follow(begun).outcome;
      expect(error).toBeInstanceOf(ProgramFailed);
      expect(String(error)).toMatch(/exit code 127.*no-such-program-here could not be started/s);
    });

    it('says that an execution was lost with its machine, so that it may be started again', async () => {
      const begun = await begin(`console.log('begun'); ${LASTING}`);
      const { outcome, ended } = follow(begun);
      await said(begun.run, 'begun');
      await ground.lose(begun.execution);
      expect((await outcome).error).toBeInstanceOf(ExecutionLost);
      expect(ended).toHaveLength(1);
    });

    it('refuses an artifact outside of its folder, and ends the program', async () => {
      const word = `outside-${randomUUID()}`;
      const line = says({ artifact: 'model', path: '../../secret' });
      const begun = await begin(`// ${word}\n${line} ${LASTING}`);
      const { error } = await follow(begun).outcome;
      expect(error).toBeInstanceOf(Refused);
      expect(String(error)).toContain("outside its run's folder: ../../secret");
      await nothingLeft(word);
    });

    it('drops what a program prints past its limit, says so once, and hears its reports', async () => {
      const begun = await begin(
        `const line = 'x'.repeat(999) + '\\n';
        for (let n = 0; n < 300; n += 1) require('node:fs').writeSync(1, line);
        console.error('more');
        ${says({ metric: 'late', value: 1 })}
        ${MODEL}`,
        { outputBytes: 50_000 },
      );
      const { result, error } = await follow(begun).outcome;
      expect(error).toBeUndefined();
      expect(result?.metrics).toEqual({ late: 1 });
      const log = await folders().tail(begun.run, 1000);
      const dropped = log.filter((line) => line.includes('printed more than 0.05 MB'));
      expect(dropped).toHaveLength(1);
      expect(log.join('\n').length).toBeLessThan(52_000);
      expect(log.length).toBeGreaterThan(45);
      await worker().forget(begun.run, begun.execution);
    });

    it('outlives hostile output', async () => {
      const begun = await begin(`
        const { writeSync } = require('node:fs');
        const all = (bytes) => { for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at); };
        all(Buffer.alloc(300 * 1024, 'a'));
        all(Buffer.from('\\n'));
        all(Buffer.from(Array.from({ length: 512 }, (_, n) => n % 256)));
        all(Buffer.from('\\n{"metric":"__proto__","value":1}\\n{"progress": 2}\\n'));
        all(Buffer.from('{"metric":"caf\\u00e9","value":1}\\r\\nhalf a \\xff line without an end'));
        ${MODEL.replace('console.log(', `all(Buffer.from('\\n'));console.log(`)}`);
      const { result, error } = await follow(begun).outcome;
      expect(error).toBeUndefined();
      expect(result?.metrics).toEqual({ café: 1 });
      const lines = await folders().tail(begun.run, 100);
      expect(lines[0]).toMatch(/^a{10000,65536} … \(the line went on\)$/);
      expect(lines.at(-1)).toMatch(/^half a .+ line without an end$/);
      await worker().forget(begun.run, begun.execution);
    });
  });
}

/** Of `rows`. */
const HASH = 'bc51e9e65d79e1c90ba544ab2eae1044ccdf8c1af7a559ba375cba4276f7d99e';
