import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // The bootstrap is plain JavaScript, and so are its tests.
    include: ['test/**/*.test.{ts,mjs}'],
    globalSetup: 'test/setup.mjs',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: more forks only make every child process slower.
    maxWorkers: 2,
  },
});
