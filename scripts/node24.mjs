import { delimiter, join } from 'node:path';
import { ensureNode24 } from './lib/node24.mjs';
import { run } from './lib/run.mjs';
import { main, say } from './lib/say.mjs';

// `npm test` on Node 24, which the image runs. Programs that tests start use it too: as this process's binary, or as
// `node` on PATH.
await main(async (words) => {
  const { version, folder, node } = await ensureNode24();
  say(`Testing on Node ${version}, the binary of the npm package node@24.`);
  const PATH = [folder, process.env.PATH].join(delimiter);
  return run(node, [join('scripts', 'test.mjs'), ...words], { env: { PATH } });
});
