import { startVitest } from 'vitest/node';

// `node run-suites.mjs RESULTS FILE…`: runs these tests in the tree of the working directory, one after another in one
// process.
const [outputFile, ...files] = process.argv.slice(2);

await startVitest('test', files, {
  config: false,
  root: process.cwd(),
  watch: false,
  isolate: false,
  maxWorkers: 1,
  testTimeout: 120_000,
  reporters: [['json', { outputFile }]],
});
