import { defineConfig } from 'vitest/config';
import { startsFromBuild } from './test/from-build.ts';
import { LongFirst } from './test/long-first.ts';

export default defineConfig({
  plugins: [startsFromBuild()],
  test: {
    // The bootstrap is plain JavaScript, and so are its tests.
    include: ['test/**/*.test.{ts,mjs}'],
    // Tests of plug-ins that test/plug-ins/adding.test.ts adds to a copy of the sources.
    // Those of test/scale need servers and packages of others: `npm run test:scale`.
    exclude: [
      'test/plug-ins/added/**',
      ...(process.env['WHEELHOUSE_SCALE'] === '1' ? [] : ['test/scale/**']),
    ],
    globalSetup: 'test/setup.mjs',
    setupFiles: 'test/each-file.ts',
    // They only bound how long a hang takes to show: on a machine that is busy with other things, what
    // takes a second of CPU takes half a minute.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Of a second by default, which a busy machine takes for anything.
    expect: { poll: { timeout: 60_000 } },
    // Three times the cores that this is made for: most of the time a worker waits, for child processes and for what is
    // due.
    maxWorkers: 6,
    // A larger nursery, in MB, is collected less often: a twenty-fifth of the CPU time.
    execArgv: ['--max-semi-space-size=64'],
    // What a file imports is imported once a worker, not once a file: a third of all the time it took. Test files
    // keep no state in modules, and whatever they start they end.
    isolate: false,
    sequence: { sequencer: LongFirst },
  },
});
