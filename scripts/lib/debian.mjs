import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { capture, lastLines } from './run.mjs';
import { Blocked, say } from './say.mjs';

const POLICY = '/usr/sbin/policy-rc.d';
const APT = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
const env = { DEBIAN_FRONTEND: 'noninteractive' };

/** Whether this user may install system packages. */
export function canInstall() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** Installs a Debian package without starting its services; without `update`, from the package list as it is. */
export async function install(name, { update = true } = {}) {
  say(`Installing the package ${name} (apt-get) …`);
  await withoutServices(async () => {
    // The package list of a new image is empty; that of an old one names versions that no longer exist.
    const attempt = () => capture('apt-get', ['install', ...APT, name], { env });
    let { code, said } = await attempt();
    if (code !== 0 && update) {
      await capture('apt-get', ['update'], { env });
      ({ code, said } = await attempt());
    }
    if (code !== 0) throw new Blocked(`apt-get install ${name} failed:\n${lastLines(said)}`);
  });
}

/** Debian runs this file to decide whether a package may start its services. An existing policy is kept. */
async function withoutServices(work) {
  let ours = false;
  try {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { flag: 'wx', mode: 0o755 });
    ours = true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    await work();
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
}
