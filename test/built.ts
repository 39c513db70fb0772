import { fileURLToPath } from 'node:url';

const pathOf = (path: string) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));

/** Compiled from the sources before the tests begin (`test/setup.mjs`), and quicker to start. */
export const BUILT = {
  main: pathOf('src/main.js'),
  charts: pathOf('src/charts/index.js'),
  /** The command line, as it is where no sources lie beside it. */
  cli: pathOf('shipped/bin/wheelhouse.mjs'),
};
