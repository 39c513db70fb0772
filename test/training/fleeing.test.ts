import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Argv } from '../../src/core/model.ts';
import type { Programs } from '../../src/core/ports/programs.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createPrograms } from '../../src/training/process.ts';
import { createRunAs } from '../../src/training/run-as.ts';
import { builtProgram } from '../built.ts';
import { createRunner, lives, until } from './runner.ts';

const runner = await createRunner();
// The other user must be able to reach the workspace folder.
beforeAll(() => chmod(runner.root, 0o755));
afterAll(() => rm(runner.root, { recursive: true, force: true }));

const PYTHON = ['/usr/bin/python3', '/usr/local/bin/python3'].find(existsSync);
const isRoot = process.getuid?.() === 0;

/** Each starts a daemon without a parent, in its own session, and prints its ID. */
const daemons: Record<string, Argv> = {
  sh: ['sh', '-c', `setsid sh -c 'sleep 600 >/dev/null 2>&1 & echo daemon $!'; wait`],
  node: [
    process.execPath,
    '-e',
    `const { spawn } = require('node:child_process');
    const inner = "const d = require('node:child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }); console.log('daemon', d.pid); d.unref();";
    spawn(process.execPath, ['-e', inner], { detached: true, stdio: 'inherit' });`,
  ],
  ...(PYTHON && {
    python: [
      PYTHON,
      '-c',
      `import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print("daemon", os.getpid(), flush=True)
        null = os.open(os.devnull, os.O_RDWR)
        [os.dup2(null, fd) for fd in range(3)]
        time.sleep(600)
    os._exit(0)
os.wait()
time.sleep(0.2)`,
    ] satisfies Argv,
  }),
};
const inNothing: Argv = [
  'sh',
  '-c',
  `env -i setsid /bin/sh -c 'sleep 600 >/dev/null 2>&1 & echo daemon $!'; sleep 0.2`,
];

async function daemonOf(run: string, folders = runner.folders): Promise<number> {
  return until('the program has named its daemon', async () => {
    const said = (await folders.tail(run, 20)).find((line) => line.startsWith('daemon '));
    return said === undefined ? undefined : Number(said.split(' ')[1]);
  });
}

const gone = (pid: number) => until('the daemon is gone', async () => !lives(pid));

async function start(programs: Programs, argv: Argv) {
  const controller = new AbortController();
  const order = await runner.order(argv, { signal: controller.signal });
  const ended = programs.run(order).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  return { order, ended, cancel: () => controller.abort(new Error('cancelled by dev')) };
}

// Only Linux shows the environment of a process.
const isShown = existsSync('/proc/self/environ');

// They wait for most of their time.
const concurrent = true;
describe.runIf(isShown)('training: what flees from its run', { concurrent }, () => {
  it.each(Object.entries(daemons))(
    'a daemon of %s ends with a run that ends well',
    async (_, argv) => {
      const { order, ended } = await start(runner.programs, argv);
      expect(await ended).toBeUndefined();
      await gone(await daemonOf(order.request.run));
    },
  );

  it('… that fails', async () => {
    const { order, ended } = await start(runner.programs, [
      'sh',
      '-c',
      `setsid sh -c 'sleep 600 >/dev/null 2>&1 & echo daemon $!'; exit 3`,
    ]);
    expect(await ended).toContain('exit code 3');
    await gone(await daemonOf(order.request.run));
  });

  it('… that is cancelled, even when the leash is killed', async () => {
    const argv: Argv = ['sh', '-c', `${daemons['sh']?.[2]}; sleep 600`];
    const cancelled = await start(runner.programs, argv);
    const one = await daemonOf(cancelled.order.request.run);
    cancelled.cancel();
    expect(await cancelled.ended).toContain('cancelled by dev');
    await gone(one);

    const cut = await start(runner.programs, ['sh', '-c', `${argv[2]}; kill -9 $PPID; sleep 600`]);
    const other = await start(runner.programs, ['sh', '-c', `kill -9 $PPID; ${argv[2]}`]);
    expect(await other.ended).toContain('was ended by SIGKILL');
    await gone(await daemonOf(other.order.request.run));
    cut.cancel();
    await cut.ended;
    await gone(await daemonOf(cut.order.request.run));
  });

  it('… whose worker is killed', async () => {
    const worker = spawn(
      process.execPath,
      [
        builtProgram('test/training/worker-child.ts'),
        `${daemons['node']?.[2]}; setInterval(() => {}, 1000)`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      const [line] = await once(createInterface({ input: worker.stdout }), 'line');
      const { root, run } = JSON.parse(String(line));
      const pid = await daemonOf(run, createRunFolders(root));
      worker.kill('SIGKILL');
      await gone(pid);
      await rm(root, { recursive: true });
    } finally {
      worker.kill('SIGKILL');
    }
  });

  it.skipIf(!isRoot)('even one without an environment, where the worker is root', async () => {
    const warnings: string[] = [];
    const runAs = createRunAs({
      wanted: undefined,
      home: runner.root,
      warn: (words) => warnings.push(words),
      path: '/usr/bin:/bin',
    });
    const programs = createPrograms(runner.folders, runAs);
    const { order, ended } = await start(programs, inNothing);
    expect(await ended).toBeUndefined();
    await gone(await daemonOf(order.request.run));
    expect(warnings).toEqual([]);
  });
});
