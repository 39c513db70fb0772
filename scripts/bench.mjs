import { join } from 'node:path';
import { demandNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { run } from './lib/run.mjs';
import { main } from './lib/say.mjs';

const BENCH = join('bench', 'main.ts');

// Measures Wheelhouse, compared with the bare libraries that it uses.
await main(async (words) => {
  demandNode();
  await ensurePackages();
  const { ensureRedis } = await import('./lib/redis.mjs');
  await ensureRedis();
  // The processes that run models are started from the build, as in an image.
  await (await import('./lib/built.mjs')).ensureBuilt();
  return run(process.execPath, ['--import', 'tsx', BENCH, ...words]);
});
