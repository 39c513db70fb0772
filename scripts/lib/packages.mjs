import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { capture, lastLines, ROOT } from './run.mjs';
import { Blocked, say } from './say.mjs';

/** Installs the npm packages of the lock file, unless they are installed already. */
export async function ensurePackages() {
  if (isInstalled()) return;
  await withLock('installing packages', async () => {
    if (isInstalled()) return; // by whoever we waited for
    say('Installing npm packages (npm ci) …');
    const { code, said } = await capture('npm', ['ci', '--no-audit', '--no-fund']);
    if (code !== 0) throw new Blocked(`npm ci failed:\n${lastLines(said)}`);
  });
}

/**
 * Compares the lock file with npm's record of what it installed: by content, because modification times mean
 * little after a clone or a copy.
 */
export function isInstalled(root = ROOT) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted) throw new Blocked(`${root} has no package-lock.json: is this a whole checkout?`);
  if (!present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true; // the project itself
    // The lock file also lists binaries for other machines, which are not installed.
    if (!present[path]) return entry.optional === true || entry.link === true;
    return present[path].version === entry.version && present[path].integrity === entry.integrity;
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
