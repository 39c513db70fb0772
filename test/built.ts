import { fileURLToPath } from 'node:url';

const pathOf = (path: string) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));

/** A program of `test/compiled/programs.mjs`, by the path of its source. */
export const builtProgram = (source: string) => pathOf(source.replace(/\.ts$/, '.js'));

/** Built from the sources before the tests begin (`test/setup.mjs`); starts faster than the sources. */
export const BUILT = {
  main: pathOf('src/main.js'),
  charts: pathOf('src/charts/index.js'),
  jobCharts: pathOf('src/wiring/charts.js'),
  fork: pathOf('src/wiring/fork.js'),
  store: pathOf('src/embedded/store-process.js'),
  storeMain: pathOf('src/embedded/main.js'),
  /** The command line as it is installed, without the sources beside it. */
  cli: pathOf('shipped/bin/wheelhouse.mjs'),
};
