import { spawn } from 'node:child_process';
import { Blocked } from './say.mjs';

/**
 * Runs a program in the project's folder, on this terminal.
 * @returns {Promise<number>} its exit code
 */
export async function run(command, words, { env = {} } = {}) {
  return (await capture(command, words, { env, stdio: 'inherit' })).code;
}

/** Runs a program and captures its output. */
export function capture(command, words, { env = {}, stdio = ['ignore', 'pipe', 'pipe'] } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => {
        said += text;
      });
    // Ctrl-C goes to the whole group: the child ends first, and we clean up after it.
    const pass = (signal) => child.kill(signal);
    let interrupted = false;
    const wait = () => {
      interrupted = true;
    };
    process.on('SIGTERM', pass).on('SIGHUP', pass).on('SIGINT', wait);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('SIGTERM', pass).off('SIGHUP', pass).off('SIGINT', wait);
      if (interrupted || signal) reject(new Blocked(`${command} was stopped.`));
      else resolve({ code, said });
    });
  });
}

/** The project's folder. */
export const ROOT = new URL('../..', import.meta.url).pathname;

/** @returns {string} the last lines of a program's output, for an error message */
export function lastLines(said, count = 8) {
  return said.trim().split('\n').slice(-count).join('\n');
}
