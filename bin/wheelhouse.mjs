#!/usr/bin/env node
import { existsSync } from 'node:fs';

/** Commands that run in this process; all others are sent to the bot, which knows them. */
const SERVER_SIDE = [
  'start',
  'role',
  'demo',
  'doctor',
  'export',
  'import',
  'evidence',
  'verify',
  'keys',
  'try',
  'ci',
  'reproduce',
  'storage',
  'drift',
  'evaluate',
  'backtest',
  'mcp',
  'manifest',
  'invite',
];

const built = (path) => new URL(`../dist/src/${path}.js`, import.meta.url);
// A checkout always runs from its sources: an outdated build must not be used.
const isBuilt = !existsSync(new URL('../src/main.ts', import.meta.url));
if (!isBuilt) {
  const { register } = await import('tsx/esm/api');
  register();
}

// `wheelhouse … | head` is not an error.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});

// `/audit` and `/import` are also commands of the bot.
const [first, second] = process.argv.slice(2);
const isOfBot = first === 'import' && second === 'mlflow';
const isServerSide =
  (SERVER_SIDE.includes(first) && !isOfBot) || (first === 'audit' && second === 'verify');
if (isServerSide) {
  // Parses the same arguments itself.
  await (isBuilt ? import(built('main').href) : import('../src/main.ts'));
} else {
  const { runCli } = await (isBuilt
    ? import(built('platforms/terminal/cli').href)
    : import('../src/platforms/terminal/cli.ts'));
  process.exitCode = await runCli(process.argv.slice(2), {
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    commands: async () => {
      const { commandNames } = await (isBuilt
        ? import(built('wiring/command-names').href)
        : import('../src/wiring/command-names.ts'));
      return [...commandNames, ...SERVER_SIDE];
    },
    onInterrupt(listener) {
      process.once('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
  });
}
