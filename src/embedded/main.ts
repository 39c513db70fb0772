import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lock } from './lock.ts';
import { PORT_FILE, passwordOf } from './password.ts';
import { serve } from './server.ts';
import { Store } from './store.ts';

// A process of its own: `node main.js --dir FOLDER [--port N]`. It says once where it listens, or why
// it does not; the password is in the folder. It ends with its parent, so that none is ever left behind holding the folder.

const text = { type: 'string', default: '' } as const;
const { dir, port: wanted } = parseArgs({ options: { dir: text, port: text } }).values;
let unlock = async () => {};

// At any time: what a client has heard of is on the disk.
const end = (code: number) => unlock().finally(() => process.exit(code));
// Before anything is slow: a parent may be gone already.
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
