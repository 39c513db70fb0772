import { loadWorkspace } from '../../config/workspace.ts';
import { createJobOpener } from '../../src/proof/job-seal.ts';
import { openWitness } from '../../src/proof/witness.ts';
import { openQueue } from '../../src/queue/index.ts';
import { openRegistry } from '../../src/registry/index.ts';
import { createLog } from '../queue/desk.ts';
import { openBot } from './bot.ts';
import type { ChildSettings, Note } from './bot-notes.ts';

/** One of several bots: `bot-child.ts SETTINGS`. Told "missed", it reads what it may have missed. */
const given: ChildSettings = JSON.parse(process.argv[2] ?? '');
const { uri, redis: url, prefix, keys, as } = given;
const tell = (note: Note) => void process.send?.(note);
const log = {
  ...createLog(),
  error(fields: object, message: string): undefined {
    tell({ kind: 'error', message, fields: JSON.parse(JSON.stringify(fields)) });
  },
};
// The clock of these tests stands still.
const clock = { now: () => new Date('2026-03-01T09:00:00Z') };
const { models } = await loadWorkspace('examples/flights');
const registry = await openRegistry({ uri, clock, models });
const open = createJobOpener(keys);
const parts = { inbound: [given.name], outbound: [given.name] };
const queue = await openQueue({ url, prefix, log, open, parts, as: { name: as, version: '' } });
const { seal } = await openWitness(keys);
const bot = await openBot(given, {
  ...{ registry, clock, log },
  queue: { ...queue, jobs: queue.sealedBy(seal) },
  onEvent: (event) => tell({ kind: 'event', ...event }),
  onStored: (id) => tell({ kind: 'stored', id }),
});
process.on('message', () => void bot.missed());
await bot.start();
const at = bot.requestUrl();
tell({ kind: 'ready', ...(at !== undefined && { url: at }) });
const end = async () => {
  await bot.stop();
  process.exit();
};
process.once('SIGTERM', () => void end());
process.once('disconnect', () => process.exit());
