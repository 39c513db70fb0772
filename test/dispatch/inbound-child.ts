import { handleInbound } from '../../jobs/inbound.ts';
import type { InboundEvent } from '../../src/core/platform.ts';
import { openQueue } from '../../src/queue/index.ts';
import { createWorld } from '../fakes/world.ts';
import { createLog } from '../queue/desk.ts';

/** Keeps an event and is killed while it answers: `inbound-child.ts URL PREFIX EVENT`. */
const [url = '', prefix = '', event = ''] = process.argv.slice(2);
const queue = await openQueue({ url, prefix, log: createLog() });
const inbound = handleInbound.payload.parse(JSON.parse(event));
const inboundHandler = {
  handle({ what }: InboundEvent): Promise<void> {
    process.stdout.write(`hears ${'invocation' in what ? what.invocation.id : ''}\n`);
    return new Promise(() => {});
  },
};
await queue.jobs.enqueue(handleInbound, inbound);
queue.work(
  'inbound',
  [handleInbound],
  Object.defineProperty(createWorld(), 'inboundHandler', { value: inboundHandler }),
);
process.once('disconnect', () => process.exit(0));
