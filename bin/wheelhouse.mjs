#!/usr/bin/env node
import { existsSync } from 'node:fs';

/** What runs here rather than in the bot: the rest of the words go to the bot, which knows them. */
const SERVER_SIDE = ['start', 'demo', 'doctor', 'manifest', 'invite'];

const built = new URL('../dist/src/platforms/terminal/cli.js', import.meta.url);
const isBuilt = existsSync(built);
if (!isBuilt) {
  const { register } = await import('tsx/esm/api');
  register();
}
const load = (path) =>
  import(new URL(isBuilt ? `../dist/src/${path}.js` : `../src/${path}.ts`, import.meta.url).href);

// `wheelhouse … | head` is no fault.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});

const argv = process.argv.slice(2);
if (SERVER_SIDE.includes(argv[0])) {
  const { main } = await load('main');
  const exit = await main(argv);
  if (typeof exit === 'number') process.exitCode = exit;
} else {
  const { runCli } = await load('platforms/terminal/cli');
  process.exitCode = await runCli(argv, {
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    onInterrupt(listener) {
      process.once('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
  });
}
