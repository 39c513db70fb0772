import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { defineConfig } from 'rolldown';

const SOURCES = join(import.meta.dirname, 'src');
const BUILD = join(import.meta.dirname, 'dist', 'src');

/** What is started, or imported, by its path. Everything else is in the chunks that they share. */
const ENTRIES = [
  'main.ts',
  'platforms/terminal/cli.ts',
  'embedded/main.ts',
  'embedded/store-process.ts',
  'wiring/inference.ts',
  'wiring/scoring.ts',
  'wiring/challenger.ts',
  'wiring/fork.ts',
  'wiring/charts.ts',
  'wiring/command-names.ts',
  'wiring/files/numbers-worker.ts',
  'charts/index.ts',
  'charts/worker.ts',
  'serving/isolation/watchdog.mjs',
  'training/leash.mjs',
  'training/sweep.mjs',
  'training/engines/process/supervise.mjs',
];

/** Binaries, packages that look for files beside them, and those that are a single file already. */
const EXTERNAL = [
  /^@duckdb\/node-bindings/,
  /^@resvg\//,
  /^dejavu-fonts-ttf/,
  /^echarts/,
  /^onnxruntime-node/,
  'msgpackr-extract',
  'tsx',
];

/**
 * The programs, for the image and for tests. Most of a role's start is looking for the 2,000 files of its packages:
 * bundled, it takes a fifth of the CPU time.
 */
export default defineConfig({
  input: Object.fromEntries(ENTRIES.map((path) => [built(path), join(SOURCES, path)])),
  platform: 'node',
  external: EXTERNAL,
  // CommonJS packages expect them.
  transform: { define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' } },
  plugins: [
    placesOfSources(),
    asTheyAre(['serving/grpc/open_inference.proto', 'training/engines/shim.py']),
  ],
  output: {
    dir: BUILD,
    cleanDir: true,
    format: 'esm',
    sourcemap: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    entryFileNames: '[name]',
    chunkFileNames: 'chunks/[name]-[hash].js',
  },
});

/** Files that a program reads beside its source. */
function asTheyAre(paths) {
  return {
    name: 'as-they-are',
    generateBundle() {
      for (const path of paths)
        this.emitFile({ type: 'asset', fileName: path, source: readFileSync(join(SOURCES, path)) });
    },
  };
}

/** The path of a source file in the build. */
function built(path) {
  return path.replace(/\.ts$/, '.js');
}

/**
 * Makes `import.meta.url` of a source file the place that it has in the build by its name, whichever chunk it is in:
 * programs, threads and the page are found from there.
 */
function placesOfSources() {
  const PLACE = /__PLACE__\("([^"]+)"\)/g;
  return {
    name: 'places-of-sources',
    transform(code, id) {
      if (id.includes('node_modules') || !code.includes('import.meta.')) return undefined;
      if (/import\.meta\.(dirname|filename)/.test(code))
        throw new Error(`building ${id}: only import.meta.url is kept, not dirname or filename`);
      const place = `__PLACE__("${built(relative(SOURCES, id))}")`;
      return code.replaceAll('import.meta.url', `${place}.href`);
    },
    renderChunk(code, { fileName }) {
      return code.replaceAll(PLACE, (_, path) => {
        const way = relative(dirname(fileName), path);
        return `new URL(${JSON.stringify(way.startsWith('.') ? way : `./${way}`)}, import.meta.url)`;
      });
    },
  };
}
