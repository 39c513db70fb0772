import { demandNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { run } from './lib/run.mjs';
import { Blocked, main, say } from './lib/say.mjs';
import { summary, vitest } from './lib/vitest.mjs';

/** Tests that run on any server: on an embedded store if MONGODB_URI is not set. */
const MONGODB_TESTS = ['test/embedded/semantics', 'test/registry', 'test/contracts', 'test/story'];

// `npm test`: everything that CI checks. `npm test -- FILE`: only these tests.
// `npm run test:sweep`: the tests of which `npm test` runs a sample, in full.
// `npm run test:mongodb`: the tests that use a MongoDB, on the one at MONGODB_URI.
await main(async (words) => {
  const mongodb = words.includes('--mongodb');
  const sweep = words.includes('--sweep');
  const chosen = words.filter((word) => word !== '--mongodb' && word !== '--sweep');
  demandNode();
  if (mongodb && !process.env.MONGODB_URI)
    throw new Blocked('Set MONGODB_URI to a server for tests, e.g. mongodb://127.0.0.1:27017.');
  await prepare();

  // The checks are part of a full run; a run of single files does not wait for them.
  const whole = !mongodb && !sweep && chosen.length === 0;
  const checked = whole ? await run('npm', ['run', '--silent', 'check']) : 0;
  const { withRedis } = await import('./lib/redis.mjs');
  const results = await withRedis((url) =>
    sweep
      ? vitest(chosen, { REDIS_URL: url, WHEELHOUSE_SWEEP: '1' }, { related: 'test/sweep.ts' })
      : vitest([...(mongodb ? MONGODB_TESTS : []), ...chosen], { REDIS_URL: url }),
  );
  if (checked !== 0) {
    say('"npm run check" failed (see above); it counts as one failure.');
    results.failed += 1;
  }
  process.stdout.write(`\n${summary(results)}\n`);
  return results.code || checked;
});

async function prepare() {
  await ensurePackages();
  const { ensureRedis } = await import('./lib/redis.mjs');
  await ensureRedis();
  const { ensurePage } = await import('./lib/page.mjs');
  await ensurePage();
  const { ensureChromium } = await import('./lib/chromium.mjs');
  await ensureChromium();
}
