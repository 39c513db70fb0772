#!/usr/bin/env node
import { existsSync } from 'node:fs';

/** What runs here rather than in the bot: all other words go to the bot, which knows what they mean. */
const SERVER_SIDE = [
  'start',
  'role',
  'demo',
  'doctor',
  'export',
  'import',
  'try',
  'manifest',
  'invite',
];

const built = (path) => new URL(`../dist/src/${path}.js`, import.meta.url);
// In a checkout the sources have the word: a build that is older than they are must not win.
const isBuilt = !existsSync(new URL('../src/main.ts', import.meta.url));
if (!isBuilt) {
  const { register } = await import('tsx/esm/api');
  register();
}

// `wheelhouse … | head` is no fault.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});

// `/audit` is a command of the bot as well.
const [first, second] = process.argv.slice(2);
const isServerSide = SERVER_SIDE.includes(first) || (first === 'audit' && second === 'verify');
if (isServerSide) {
  // Reads the same arguments by itself.
  await (isBuilt ? import(built('main').href) : import('../src/main.ts'));
} else {
  const { runCli } = await (isBuilt
    ? import(built('platforms/terminal/cli').href)
    : import('../src/platforms/terminal/cli.ts'));
  process.exitCode = await runCli(process.argv.slice(2), {
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    onInterrupt(listener) {
      process.once('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
  });
}
