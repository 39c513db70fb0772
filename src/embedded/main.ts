import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lock } from './lock.ts';
import { PORT_FILE, passwordOf } from './password.ts';
import { serve } from './server.ts';
import { Store } from './store.ts';

// A separate process: `node main.js --dir FOLDER [--port N]`. It prints once where it listens, or why it does
// not; the password is in the folder. It exits with its parent, so that no orphan keeps the folder locked.

const text = { type: 'string', default: '' } as const;
const { dir, port: wanted } = parseArgs({ options: { dir: text, port: text } }).values;
let unlock = async () => {};

// Safe at any time: everything acknowledged is on disk.
const end = (code: number) => unlock().finally(() => process.exit(code));
// Before anything slow: the parent may have exited already.
for (const event of ['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect']) process.on(event, () => end(0));

try {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  unlock = await lock(dir);
  const password = await passwordOf(dir);
  const port = await serve(new Store(dir), { port: Number(wanted), password });
  await writeFile(join(dir, PORT_FILE), String(port), { mode: 0o600 });
  console.log(JSON.stringify({ ready: true, port }));
} catch (error) {
  const reason = error instanceof Error ? error.message : error;
  console.log(JSON.stringify({ error: `starting the embedded store in ${dir}: ${reason}` }));
  await end(1);
}
