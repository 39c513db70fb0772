// The real drawing thread with planned faults: a request for `crash` ends it in the middle of the work, one for `hang`
// never returns.
import { parentPort } from 'node:worker_threads';
import '../../../dist/src/charts/worker.js';

parentPort.on('message', ({ activity }) => {
  if (activity === 'crash') process.exit(7);
  if (activity === 'hang') {
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
});
