import { createKiln } from './kiln.ts';

/** A worker that runs one program, for tests that kill it. Says where the program's log will be. */
const kiln = await createKiln();
const order = await kiln.order([process.execPath, '-e', process.argv[2] ?? '']);
console.log(JSON.stringify({ root: kiln.root, run: order.request.run }));
await kiln.programs.run(order);
