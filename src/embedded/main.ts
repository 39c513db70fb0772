import { fstatSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { lock } from './lock.ts';
import { serve } from './server.ts';
import { Store } from './store.ts';

// A process of its own: `node main.js --dir FOLDER [--port N]`. It says once on stdout where it
// listens, and ends with its parent, so that none is ever left behind holding the folder.

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      port: { type: 'string', default: '0' },
      'compact-after': { type: 'string' },
    },
  });
  const { dir, port, 'compact-after': compactAfter } = values;
  if (dir === undefined) throw new Error('starting the embedded store: --dir FOLDER is missing');
  // Before anything is slow: a parent may be gone already.
  const ending = endOfService();
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const unlock = await lock(dir);
  try {
    const store = await Store.open({
      dir,
      compactAfter: compactAfter === undefined ? undefined : Number(compactAfter),
    });
    const server = await serve(store, Number(port));
    process.stdout.write(`${JSON.stringify({ ready: true, port: server.port })}\n`);
    await ending;
    await server.close();
    await store.close();
  } finally {
    await unlock();
  }
}

/** Resolves on a signal, or when whoever started this process is gone. */
function endOfService(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(signal, () => resolve());
    if (process.connected) {
      process.on('disconnect', () => resolve());
    } else if (isPipe()) {
      // A terminal or /dev/null says nothing about a parent; a pipe ends with it.
      process.stdin.on('end', () => resolve()).on('error', () => resolve());
      process.stdin.resume();
    }
  });
}

function isPipe(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isSocket();
  } catch {
    return false; // closed from the start
  }
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
