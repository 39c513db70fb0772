import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { capture, lastLines, ROOT } from './run.mjs';
import { Blocked, say } from './say.mjs';

const PROJECT = join(ROOT, 'clients', 'python', 'pyproject.toml');
const ASK =
  'import sys, venv, ensurepip; assert sys.version_info >= (3, 11); print(sys.version.split()[0])';

/**
 * A virtual environment with the Python client of this checkout and what its tests need.
 * @returns {Promise<string | undefined>} its Python; undefined, after a notice, where there is no Python 3.11
 */
export async function ensurePython() {
  const found = await pythonHere();
  if (found === undefined) {
    say(
      'There is no Python 3.11 with venv and pip here (Debian: apt-get install python3-venv; ' +
        'WHEELHOUSE_TEST_PYTHON names another one). Not testing the Python client.',
    );
    return undefined;
  }
  // As root, programs of a workspace run as other users, who cannot read /root.
  const own = process.getuid?.() === 0 ? '/var/cache' : join(homedir(), '.cache');
  const wanted = createHash('sha256').update(`${ROOT}\n${found}\n`).update(readFileSync(PROJECT));
  const name = `python-${wanted.digest('hex').slice(0, 12)}`;
  const home = join(process.env.XDG_CACHE_HOME || own, 'wheelhouse', name);
  const python = join(home, 'bin', 'python');
  const whole = join(home, 'complete');
  await withLock('installing the Python packages', async () => {
    if (existsSync(whole)) return;
    say(`Installing the Python packages (in ${home}) …`);
    await must(found, ['-m', 'venv', '--clear', home]);
    const client = `${join(ROOT, 'clients', 'python')}[test]`;
    await must(python, ['-m', 'pip', 'install', '--quiet', '--editable', client]);
    writeFileSync(whole, '');
  });
  return python;
}

async function pythonHere() {
  for (const python of [process.env.WHEELHOUSE_TEST_PYTHON, 'python3'].filter(Boolean)) {
    const asked = await capture(python, ['-c', ASK]).catch(() => ({ code: 1 }));
    if (asked.code === 0) return python;
  }
  return undefined;
}

async function must(command, words) {
  const { code, said } = await capture(command, words);
  if (code !== 0) throw new Blocked(`${command} ${words.join(' ')} failed:\n${lastLines(said)}`);
}
