import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Refused } from '../../src/core/errors.ts';
import { createPrograms } from '../../src/training/process.ts';
import { ProgramFailed } from '../../src/training/program-failed.ts';
import { createRunner, lives, until } from './runner.ts';

const runner = await createRunner();
afterAll(() => rm(runner.root, { recursive: true, force: true }));

const says = (...lines: unknown[]) =>
  lines
    .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
    .map((line) => `console.log(${JSON.stringify(line)});`)
    .join('');

async function logOf(run: string): Promise<string[]> {
  return (await readFile(join(runner.root, run, 'log.txt'), 'utf8')).split('\n').slice(0, -1);
}

describe('training/process', () => {
  it('takes reports for reports and every other line for log, from both outputs', async () => {
    const heard: [number, string][] = [];
    const { result, error, order } = await runner.run(
      `${says(
        'hello',
        { progress: 0.25, message: 'a quarter' },
        { progress: 1 },
        { metric: 'auc', value: 0.5 },
        { metric: 'auc', value: 0.75 },
      )}console.error('{"metric":"rows","value":3}\\nmind this');
      require('node:fs').writeFileSync(process.env.WHEELHOUSE_RUN_DIR + '/m.onnx', 'x');
      ${says({ artifact: 'model', path: 'm.onnx' })}`,
      { onProgress: (share, message) => heard.push([share, message]) },
    );
    expect(error).toBeUndefined();
    expect(heard).toEqual([
      [0.25, 'a quarter'],
      [1, ''],
    ]);
    expect(result?.metrics).toEqual({ auc: 0.75, rows: 3 });
    expect(result?.artifacts).toEqual({ model: join(order.runDir, 'm.onnx') });
    expect((await logOf(order.request.run)).sort()).toEqual(['hello', 'mind this']);
  });

  it('takes what is nearly a report for log', async () => {
    const odd = [
      '{"progress": 2}',
      '{"progress": "1"}',
      '{"metric": "auc"}',
      '{"metric": "auc", "value": null}',
      '{"metric": "auc", "value": 1e999}',
      '{"metric": "", "value": 1}',
      '{"artifact": "model"}',
      '{"progress": 0.5',
      '[{"progress": 0.5}]',
      'null',
      '{}',
      ' {"progress": 0.5}',
    ];
    const { result, order } = await runner.run(says(...odd));
    expect(result).toEqual({ metrics: {}, artifacts: {} });
    expect(await logOf(order.request.run)).toEqual(odd);
  });

  it('leaves out a metric whose name cannot be kept, and says so in the log', async () => {
    const { result, error, order } = await runner.run(
      `${says(
        { metric: 'a\0b', value: 1 },
        { metric: '$where', value: 1 },
        { metric: 'x'.repeat(101), value: 1 },
        { metric: '__proto__', value: 1 },
        { metric: 'val.loss', value: 0.5 },
        { metric: 'auc\ud800', value: 1 },
      )}for (let n = 0; n < 1100; n += 1) console.log(JSON.stringify({ metric: 'm' + n, value: n }));`,
    );
    expect(error).toBeUndefined();
    expect(Object.keys(result?.metrics ?? {})).toHaveLength(1000);
    expect(result?.metrics).toMatchObject({ 'val.loss': 0.5, m998: 998 });
    expect(await logOf(order.request.run)).toEqual([
      'Wheelhouse: the metric "a\\u0000b" is not kept: a name has no control characters.',
      'Wheelhouse: the metric "$where" is not kept: a name cannot begin with "$".',
      `Wheelhouse: the metric "${'x'.repeat(60)}…" is not kept: a name has at most 100 characters.`,
      'Wheelhouse: the metric "__proto__" is not kept: the name is taken.',
      'Wheelhouse: the metric "auc\\ud800" is not kept: a name has no control characters.',
      'Wheelhouse: the metric "m999" and further new ones are not kept: a run has at most 1000.',
    ]);
  });

  it('passes a program its request, in a file and in the environment', async () => {
    const parameters = { trees: 50, 'learning-rate': 0.1, deep: true, kind: 'gbt; rm -rf $HOME' };
    const { order } = await runner.run(
      `console.log(JSON.stringify(process.env)); console.log(process.cwd());`,
      { request: { parameters, out: '/tmp/o.parquet', data: '/tmp/d.parquet' } },
    );
    const [env = '', folder] = await logOf(order.request.run);
    expect(JSON.parse(env)).toMatchObject({
      WHEELHOUSE_PARAM_TREES: '50',
      WHEELHOUSE_PARAM_LEARNING_RATE: '0.1',
      WHEELHOUSE_PARAM_DEEP: 'true',
      WHEELHOUSE_PARAM_KIND: 'gbt; rm -rf $HOME',
      WHEELHOUSE_FROM: '2001-01-01T00:00:00.000Z',
      WHEELHOUSE_TO: '2001-02-01T00:00:00.000Z',
      WHEELHOUSE_OUT: '/tmp/o.parquet',
      WHEELHOUSE_DATA: '/tmp/d.parquet',
      WHEELHOUSE_RUN_DIR: order.runDir,
      WHEELHOUSE_REQUEST: join(order.runDir, 'request.json'),
    });
    expect(folder).toBe(runner.root);
    const request: unknown = JSON.parse(await readFile(join(order.runDir, 'request.json'), 'utf8'));
    expect(request).toEqual(JSON.parse(JSON.stringify(order.request)));
  });

  it('keeps our secrets from it', async () => {
    const secrets = ['MONGODB_URI', 'REDIS_URL', 'WHEELHOUSE_TOKEN', 'AWS_SECRET_ACCESS_KEY'];
    const before = secrets.map((name) => process.env[name]);
    for (const name of secrets) process.env[name] = 'secret-of-ours';
    try {
      const { order } = await runner.run(
        `console.log(JSON.stringify(process.env)); console.log(process.execArgv.join(), process.argv.join());`,
      );
      const said = (await logOf(order.request.run)).join('\n');
      expect(said).toContain('WHEELHOUSE_FROM');
      expect(said).not.toContain('secret-of-ours');
      for (const name of secrets) expect(said).not.toContain(name);
    } finally {
      secrets.forEach((name, at) => {
        const value = before[at];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      });
    }
  });

  it('says with what and after which words a program failed', async () => {
    const { error } = await runner.run(
      `for (let n = 0; n < 30; n++) console.log('line ' + n); process.exitCode = 3;`,
    );
    expect(error).toBeInstanceOf(ProgramFailed);
    expect(String(error)).toContain('exit code 3');
    expect(String(error)).toContain('line 29');
    expect(String(error)).toContain('line 10\n');
    expect(String(error)).not.toContain('line 9\n');
  });

  it('reports a program that ends by a signal, or without output', async () => {
    const { error } = await runner.run(`process.kill(process.pid, 'SIGKILL')`);
    expect(error).toBeInstanceOf(ProgramFailed);
    expect(String(error)).toContain(
      'was ended by SIGKILL (exit code 137), perhaps because it ran out of memory.',
    );
    expect(String(error)).toContain('It printed nothing.');
  });

  it('names other signals without a guess, and reads the exit code of a shell in the same way', async () => {
    const ended = await runner.run(`process.kill(process.pid, 'SIGSEGV')`);
    expect(String(ended.error)).toContain('was ended by SIGSEGV (exit code 139). It');
    const shell = await runner.order(['sh', '-c', "sh -c 'kill -9 $$'; exit $?"]);
    expect(await runner.programs.run(shell).catch(String)).toContain(
      'perhaps because it ran out of',
    );
  });

  it('says below a printed Python dict that it was no report, once for each kind', async () => {
    const dicts = [
      `{'progress': 0.1, 'message': 'fitting'}`,
      `{'progress': 0.2}`,
      `{'metric': 'auc', 'value': 0.7}`,
      `{'a': 1}`,
    ];
    const { result, order } = await runner.run(says(...dicts));
    expect(result?.metrics).toEqual({});
    const hint = (kind: string) =>
      `Wheelhouse: the line above is a Python dict and not JSON, so its ${kind} was not taken. Write print(json.dumps(…), flush=True).`;
    const [first, second, metric, other] = dicts;
    expect(await logOf(order.request.run)).toEqual([
      first,
      hint('progress'),
      second,
      metric,
      hint('metric'),
      other,
    ]);
  });

  it('reports a program that cannot be found, or whose folder is missing', async () => {
    const lost = await runner.order(['no-such-program-anywhere', '--now']);
    const unfound = await runner.programs.run(lost).catch(String);
    expect(unfound).toContain('exit code 127');
    expect(unfound).toContain('no-such-program-anywhere could not be started');

    const nowhere = await runner.order(['true'], { folder: join(runner.root, 'gone') });
    await expect(runner.programs.run(nowhere)).rejects.toThrow(/Starting a program/);
  });

  it('passes nothing through a shell', async () => {
    const order = await runner.order(['echo', '$HOME', '; exit 3', '`id`', '*']);
    await runner.programs.run(order);
    expect(await logOf(order.request.run)).toEqual(['$HOME ; exit 3 `id` *']);
  });

  it.each(['../m.onnx', '/etc/hostname', '.', 'a/../../m.onnx', '..'])(
    'refuses the artifact %s, and does not let its program run on',
    async (path) => {
      const { error } = await runner.run(
        `${says({ artifact: 'model', path })} setTimeout(() => {}, 1e6)`,
      );
      expect(error).toBeInstanceOf(Refused);
      expect(String(error)).toContain(`outside its run's folder: ${path}`);
    },
  );

  it('refuses an artifact that is not a file, or a link to one elsewhere', async () => {
    const missing = await runner.run(says({ artifact: 'model', path: 'm.onnx' }));
    expect(String(missing.error)).toContain('m.onnx is no file');

    const order = await runner.order([
      process.execPath,
      '-e',
      says({ artifact: 'model', path: 'out' }),
    ]);
    await writeFile(join(runner.root, 'elsewhere'), 'a secret');
    await symlink(join(runner.root, 'elsewhere'), join(order.runDir, 'out'));
    await expect(runner.programs.run(order)).rejects.toThrow(/outside its run's folder/);
  });

  it('takes a file whose name begins with two dots', async () => {
    const { result, order } = await runner.run(
      `require('node:fs').writeFileSync(process.env.WHEELHOUSE_RUN_DIR + '/..m', 'x');
      ${says({ artifact: 'model', path: '..m' })}`,
    );
    expect(result?.artifacts).toEqual({ model: join(order.runDir, '..m') });
  });

  it('keeps the order of many lines, and all of them', async () => {
    const { order } = await runner.run(
      `for (let n = 0; n < 20000; n++) console.log(n + ' ' + 'x'.repeat(n % 50));`,
    );
    const numbers = (await logOf(order.request.run)).map((line) => Number(line.split(' ')[0]));
    expect(numbers).toEqual(Array.from({ length: 20_000 }, (_, n) => n));
  });

  it('outlives hostile output, and shows little of it in a message', async () => {
    const { error, order } = await runner.run(
      `const { writeSync } = require('node:fs');
      const all = (bytes) => { for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at); };
      all(Buffer.alloc(1024 * 1024, 'a'));
      all(Buffer.from('\\n'));
      all(Buffer.from(Array.from({ length: 4096 }, (_, n) => n % 256)));
      all(Buffer.from('\\n{"metric":"__proto__","value":1}\\n'));
      all(Buffer.from('\\n{"metric":"caf\\u00e9","value":1}\\r\\n'));
      all(Buffer.from('half a \\xff line without an end'));
      process.exit(1);`,
    );
    expect(error).toBeInstanceOf(ProgramFailed);
    expect(String(error)).toContain('line without an end');
    expect(String(error).length).toBeLessThan(10_000);
    const lines = await logOf(order.request.run);
    expect(lines[0]).toMatch(/^a{65536} … \(the line went on\)$/);
    expect(lines.at(-1)).toMatch(/^half a .+ line without an end$/);
  });

  it('does not wait for what left the process group and holds its output', async () => {
    const { result, order } = await runner.run(
      `const { spawn } = require('node:child_process');
      const away = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { detached: true, stdio: 'inherit' });
      console.log(away.pid);
      away.unref();
      process.exit(0);`,
    );
    expect(result).toEqual({ metrics: {}, artifacts: {} });
    const [pid] = await logOf(order.request.run);
    await until('it is gone too', async () => !lives(Number(pid)));
  });

  it('says what kept the log from being written, and stops the program', async () => {
    const full = createPrograms({
      log: async () => {
        throw new Error('ENOSPC: no space left on device');
      },
    });
    const order = await runner.order([
      process.execPath,
      '-e',
      `setInterval(() => console.log('a line'), 5)`,
    ]);
    await expect(full.run(order)).rejects.toThrow('ENOSPC');
  });
});
