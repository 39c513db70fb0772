import { hear } from '../../jobs/hear.ts';
import type { Heard } from '../../src/core/platform.ts';
import { openQueue } from '../../src/queue/index.ts';
import { createWorld } from '../fakes/world.ts';
import { createLog } from '../queue/desk.ts';

/** Keeps an event and is killed while it answers: `reception-child.ts URL PREFIX EVENT`. */
const [url = '', prefix = '', event = ''] = process.argv.slice(2);
const queue = await openQueue({ url, prefix, log: createLog() });
const heard = hear.payload.parse(JSON.parse(event));
const reception = {
  hear({ what }: Heard): Promise<void> {
    process.stdout.write(`hears ${'invocation' in what ? what.invocation.id : ''}\n`);
    return new Promise(() => {});
  },
};
await queue.jobs.enqueue(hear, heard);
queue.work('bell', [hear], Object.defineProperty(createWorld(), 'reception', { value: reception }));
process.once('disconnect', () => process.exit(0));
