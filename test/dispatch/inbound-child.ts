import { handleInbound } from '../../jobs/inbound.ts';
import type { InboundEvent } from '../../src/core/platform.ts';
import { createJobOpener } from '../../src/proof/job-seal.ts';
import { openWitness } from '../../src/proof/witness.ts';
import { openQueue } from '../../src/queue/index.ts';
import { createWorld } from '../fakes/world.ts';
import { createLog } from '../queue/desk.ts';

/** Keeps an event and is killed while it answers: `inbound-child.ts URL PREFIX KEYS EVENT`. */
const [url = '', prefix = '', keys = '', event = ''] = process.argv.slice(2);
const open = createJobOpener(keys);
const queue = await openQueue({ url, prefix, open, log: createLog() });
const { seal } = await openWitness(keys);
const inbound = handleInbound.payload.parse(JSON.parse(event));
const inboundHandler = {
  handle({ what }: InboundEvent): Promise<void> {
    process.stdout.write(`hears ${'invocation' in what ? what.invocation.id : ''}\n`);
    return new Promise(() => {});
  },
};
await queue.sealedBy(seal).enqueue(handleInbound, inbound);
queue.work(
  'inbound',
  [handleInbound],
  Object.defineProperty(createWorld(), 'inboundHandler', { value: inboundHandler }),
);
process.once('disconnect', () => process.exit(0));
