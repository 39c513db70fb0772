import { join } from 'node:path';
import { demandNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { ensurePython } from './lib/python.mjs';
import { ROOT, run } from './lib/run.mjs';
import { main } from './lib/say.mjs';

/** Runs a module as `python -m` does, in a folder. */
const IN_FOLDER =
  'import os, runpy, sys; os.chdir(sys.argv[1]); sys.argv = sys.argv[2:]; sys.path.insert(0, "."); ' +
  'runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)';

// `npm run test:python`: style, types and tests of the Python client, its tests against a demo of their own.
// `npm run test:python -- tests/test_report.py`: only these tests.
await main(async (words) => {
  demandNode();
  await ensurePackages();
  const python = await ensurePython();
  if (python === undefined) return 0;
  const { ensureRedis } = await import('./lib/redis.mjs');
  await ensureRedis();
  const folder = join(ROOT, 'clients', 'python');
  const within = ['-c', IN_FOLDER, folder];
  for (const step of [
    ['ruff', 'check', '.'],
    ['ruff', 'format', '--check', '.'],
    ['mypy'],
    ['pytest', '-q', ...words],
  ]) {
    const code = await run(python, [...within, ...step]);
    if (code !== 0) return code;
  }
  return 0;
});
