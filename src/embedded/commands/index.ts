import type { Cursors } from '../cursors.ts';
import { unsupported } from '../errors.ts';
import type { Store } from '../store.ts';
import type { Doc } from '../values.ts';
import type { Command } from './command.ts';
import { greetings } from './greetings.ts';
import { reads } from './reads.ts';
import { schemas } from './schemas.ts';
import { writes } from './writes.ts';

const commands = new Map<string, Command>(
  Object.entries({ ...greetings, ...reads, ...writes, ...schemas }),
);

/**
 * Runs a command to its end in memory, in one go: hence each is atomic.
 * @throws StoreError 115 for what this store leaves to a real server
 */
export function runCommand(request: Doc, on: { store: Store; cursors: Cursors }): Doc {
  const name = Object.keys(request)[0] ?? '';
  const run = commands.get(name);
  if (!run) throw unsupported(`the command ${name}`);
  const { $db } = request;
  return { ...run(request, { ...on, db: typeof $db === 'string' ? $db : 'admin' }), ok: 1 };
}
