import { demandNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { main, say } from './lib/say.mjs';

// Everything on one machine: `npm run demo`, or `npm run demo -- --fresh` to start over.
await main(async (words) => {
  demandNode();
  await ensurePackages();
  const { ensureRedis } = await import('./lib/redis.mjs');
  await ensureRedis();
  const { ensurePage } = await import('./lib/page.mjs');
  await ensurePage();
  say('Starting …');
  // In this process, so that it receives the signals directly.
  process.argv.splice(2, words.length, 'demo', ...words);
  const { load } = await import('./lib/load.mjs');
  await load('src/main.ts');
});
