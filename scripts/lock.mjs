import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingBinaries, withBinaries } from './lib/lock-file.mjs';
import { ROOT } from './lib/run.mjs';
import { main, say } from './lib/say.mjs';

// If a registry mirror only has binaries for its own machines, `npm install` writes a lock file without the others,
// and `npm ci` then refuses it everywhere. This completes the lock file: run it after every `npm install` from such
// a mirror.
await main(async () => {
  const file = join(ROOT, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingBinaries(lock.packages);
  if (missing.length === 0) return;
  const completed = { ...lock, packages: withBinaries(lock.packages, missing) };
  writeFileSync(file, `${JSON.stringify(completed, null, 2)}\n`);
  say(`package-lock.json: added ${missing.length} binaries for other machines.`);
});
