import { demandNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { capture } from './lib/run.mjs';
import { Blocked, main, say } from './lib/say.mjs';
import { summary, vitest } from './lib/vitest.mjs';

/** Tests that run on any server: on an embedded store if MONGODB_URI is not set. */
const MONGODB_TESTS = ['test/embedded/semantics', 'test/registry', 'test/contracts', 'test/story'];

const OWN = ['--mongodb', '--scale', '--sweep'];

// `npm test`: everything that CI checks. `npm test -- FILE`: only these tests.
// `npm run test:sweep`: the tests of which `npm test` runs a sample, in full.
// `npm run test:scale`: the tests with servers and clients of others, as far as they can be had here.
// `npm run test:mongodb`: the tests that use a MongoDB, on the one at MONGODB_URI.
await main(async (words) => {
  const mongodb = words.includes('--mongodb');
  const sweep = words.includes('--sweep');
  const scale = words.includes('--scale');
  const chosen = words.filter((word) => !OWN.includes(word));
  demandNode();
  if (mongodb && !process.env.MONGODB_URI)
    throw new Blocked('Set MONGODB_URI to a server for tests, e.g. mongodb://127.0.0.1:27017.');
  await prepare();

  // The checks are part of a full run, and use what the tests leave of the processor while they wait; a run of single
  // files goes without them.
  const whole = !mongodb && !sweep && !scale && chosen.length === 0;
  const checking = whole ? check() : Promise.resolve(0);
  checking.catch(() => undefined); // thrown where it is awaited, below
  const { withRedis } = await import('./lib/redis.mjs');
  const results = await withRedis((url) =>
    sweep
      ? vitest(chosen, { REDIS_URL: url, WHEELHOUSE_SWEEP: '1' }, { related: 'test/sweep.ts' })
      : scale
        ? vitest(chosen.length > 0 ? chosen : ['test/scale'], {
            REDIS_URL: url,
            WHEELHOUSE_SCALE: '1',
          })
        : vitest([...(mongodb ? MONGODB_TESTS : []), ...chosen], { REDIS_URL: url }),
  );
  const checked = await checking;
  if (checked !== 0) {
    say('"npm run check" failed (see above); it counts as one failure.');
    results.failed += 1;
  }
  process.stdout.write(`\n${summary(results)}\n`);
  return results.code || checked;
});

/** Says what it found as soon as it is done. */
async function check() {
  const { code, said } = await capture('npm', ['run', '--silent', 'check']);
  say(code === 0 ? '"npm run check" passed.' : `${said}\n"npm run check" failed.`);
  return code;
}

async function prepare() {
  await ensurePackages();
  const { ensureRedis } = await import('./lib/redis.mjs');
  await ensureRedis();
  const { ensurePage } = await import('./lib/page.mjs');
  await ensurePage();
  const { ensureChromium } = await import('./lib/chromium.mjs');
  await ensureChromium();
}
