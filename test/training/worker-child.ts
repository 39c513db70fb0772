import { createRunner } from './runner.ts';

/** A worker that runs one program, for tests that kill it. Prints the path of the program's log. */
const runner = await createRunner();
const order = await runner.order([process.execPath, '-e', process.argv[2] ?? '']);
console.log(JSON.stringify({ root: runner.root, run: order.request.run }));
await runner.programs.run(order);
