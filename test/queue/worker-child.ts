import { openQueue } from '../../src/queue/index.ts';
import { createWorld } from '../fakes/world.ts';
import { createLog, deskJob } from './desk.ts';

/** A worker process to be killed: `worker-child.ts URL PREFIX`. Its job never ends. */
const [url = '', prefix = ''] = process.argv.slice(2);
const queue = await openQueue({ url, prefix, log: createLog() });
const endless = deskJob({
  name: 'killed',
  run({ key }) {
    process.stdout.write(`${key} runs\n`);
    return new Promise(() => {});
  },
});
queue.work('control', [endless], createWorld(), { concurrency: 1 });
process.once('disconnect', () => process.exit(0));
