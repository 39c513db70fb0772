import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';

/**
 * Runs the tests: those that the arguments select, or with `related` those that depend on that file.
 * @returns {Promise<{code: number, passed: number, failed: number, skipped: number}>}
 */
export async function vitest(words, env, { related } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-results-'));
  const results = join(dir, 'results.json');
  const program = join('node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  try {
    const which = related ? ['related', related, '--run'] : ['run'];
    const code = await run(process.execPath, [program, ...which, ...reporters, ...words], { env });
    return { code, ...count(read(results), code) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // It ended before it could write them.
  }
}

/** Counts in such a way that a failed run never shows "0 failed". */
export function count(results, code) {
  if (!results) return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  // A file that cannot even be loaded has no tests to count.
  const broken = results.testResults.filter(
    (file) =>
      file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
  );
  const failed = results.numFailedTests + broken.length;
  return {
    passed: results.numPassedTests,
    // An error outside of any test fails the run all the same.
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
