import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { demandNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { ROOT, run } from './lib/run.mjs';
import { Blocked, main } from './lib/say.mjs';

const BENCH = join('bench', 'index.ts');

// What Wheelhouse costs beside the bare parts that it is made of.
await main(async (words) => {
  demandNode();
  await ensurePackages();
  if (!existsSync(join(ROOT, BENCH))) throw new Blocked(`${BENCH} is missing from this checkout.`);
  const { ensureRedis, withRedis } = await import('./lib/redis.mjs');
  await ensureRedis();
  return withRedis((url) =>
    run(process.execPath, ['--import', 'tsx', BENCH, ...words], { env: { REDIS_URL: url } }),
  );
});
