import { join } from 'node:path';
import { demandNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { run } from './lib/run.mjs';
import { main } from './lib/say.mjs';

const BENCH = join('bench', 'main.ts');

// What Wheelhouse costs beside the bare parts that it is made of.
await main(async (words) => {
  demandNode();
  await ensurePackages();
  const { ensureRedis } = await import('./lib/redis.mjs');
  await ensureRedis();
  // What runs models is measured as an image runs it.
  await (await import('./lib/built.mjs')).ensureBuilt();
  return run(process.execPath, ['--import', 'tsx', BENCH, ...words]);
});
