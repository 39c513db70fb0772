import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { secretsIn } from '../src/core/secrets.ts';

/** Set by a parent that has written this process's secrets, as a JSON object, to its standard input. */
const HANDED_OVER = 'WHEELHOUSE_SECRETS';

let taken: NodeJS.ProcessEnv | undefined;

/**
 * The environment of this process, with the secrets received on standard input. The first call removes the
 * secrets from the environment: child processes do not inherit them, and on Linux /proc/PID/environ, which
 * programs of the same user can read, no longer shows them.
 */
export function ownEnvironment(): NodeJS.ProcessEnv {
  taken ??= takeSecrets();
  return taken;
}

/** Whether other processes can still read secrets from the initial environment of this process. */
export function isExposed(environment: NodeJS.ProcessEnv): boolean {
  const shown = initialEnvironment()?.toString() ?? '';
  return Object.entries(environment).some(
    ([name, value = '']) => secretsIn(name, value).length > 0 && shown.includes(`${name}=${value}`),
  );
}

function takeSecrets(): NodeJS.ProcessEnv {
  const { [HANDED_OVER]: from, ...environment } = process.env;
  const handedOver = from === 'stdin' ? readHandedOver() : {};
  const names = Object.entries(environment)
    .filter(([name, value = '']) => secretsIn(name, value).length > 0)
    .map(([name]) => name);
  for (const name of [...names, HANDED_OVER]) delete process.env[name];
  wipe(names);
  return { ...environment, ...handedOver };
}

function readHandedOver(): Record<string, string> {
  return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(0, 'utf8')));
}

/**
 * Deleting a variable only affects child processes; the kernel shows the memory in which the initial environment
 * was passed. Therefore this memory is overwritten, which Linux allows a process to do to itself.
 */
function wipe(names: readonly string[]): void {
  const shown = initialEnvironment();
  const start = Number(statFields()?.[ENV_START]);
  if (names.length === 0 || !shown || !Number.isSafeInteger(start) || start <= 0) return;
  try {
    const memory = openSync('/proc/self/mem', 'r+');
    try {
      for (const [at, length] of entriesOf(shown, names))
        writeSync(memory, Buffer.alloc(length), 0, length, start + at);
    } finally {
      closeSync(memory);
    }
  } catch {
    // Some sandboxes forbid this; `isExposed` detects it.
  }
}

/** env_start, field 50 of stat in proc(5); the list here starts with field 3, after the name. */
const ENV_START = 50 - 3;

function statFields(): string[] | undefined {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function initialEnvironment(): Buffer | undefined {
  try {
    return readFileSync('/proc/self/environ');
  } catch {
    return undefined;
  }
}

/** Positions of these variables in the environment: [offset, length]. */
function entriesOf(environment: Buffer, names: readonly string[]): [number, number][] {
  const found: [number, number][] = [];
  for (let at = 0; at < environment.length; ) {
    const end = environment.indexOf(0, at);
    const length = (end === -1 ? environment.length : end) - at;
    const name = environment.toString('utf8', at, at + length).split('=', 1)[0] ?? '';
    if (names.includes(name)) found.push([at, length]);
    at += length + 1;
  }
  return found;
}
