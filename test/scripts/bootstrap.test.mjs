import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demandNode } from '../../scripts/lib/node-version.mjs';
import { isInstalled } from '../../scripts/lib/packages.mjs';
import { isBuilt } from '../../scripts/lib/page.mjs';
import { count, summary } from '../../scripts/lib/vitest.mjs';

describe('scripts', () => {
  let root;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'wheelhouse-scripts-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const write = (path, content) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  };

  it.each(['18.20.0', '20.18.3', '8.0.0'])('do not start on Node %s', (version) => {
    expect(() => demandNode(version)).toThrow(`Wheelhouse needs Node 20.19 or newer, this is`);
  });

  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('start on Node %s', (version) => {
    expect(demandNode(version)).toBeUndefined();
  });

  describe('know whether the packages are there', () => {
    const wanted = {
      '': { name: 'wheelhouse' },
      'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' },
      'node_modules/tool-darwin': { version: '1.0.0', optional: true },
    };
    const lockFile = (packages) => JSON.stringify({ packages });
    const installed = (packages) => {
      write('package-lock.json', lockFile(wanted));
      write('node_modules/.package-lock.json', lockFile(packages));
      return isInstalled(root);
    };

    it('by what npm wrote down', () => {
      const { 'node_modules/zod': zod } = wanted;
      expect(installed({ 'node_modules/zod': zod })).toBe(true);
      expect(installed({ 'node_modules/zod': { ...zod, version: '4.0.1' } })).toBe(false);
      expect(installed({ 'node_modules/zod': { ...zod, integrity: 'sha512-b' } })).toBe(false);
      expect(installed({})).toBe(false);
    });

    it('when there are none, or an installation was cut short', () => {
      write('package-lock.json', lockFile(wanted));
      expect(isInstalled(root)).toBe(false);
      write('node_modules/.package-lock.json', '{"packages": {"node_mod');
      expect(isInstalled(root)).toBe(false);
    });

    it('and that a folder is no checkout', () => {
      expect(() => isInstalled(root)).toThrow('has no package-lock.json');
    });
  });

  it('build the page again when a source is newer or gone', () => {
    const at = (path, seconds) => utimesSync(join(root, path), seconds, seconds);
    write('package-lock.json', '{}');
    write('web/parts/app.tsx', '');
    const sources = ['', '/parts', '/parts/app.tsx'].map((path) => `web${path}`);
    for (const path of ['package-lock.json', ...sources]) at(path, 1000);
    expect(isBuilt(root)).toBe(false);
    write('dist/page/index.html', '');
    at('dist/page/index.html', 2000);
    expect(isBuilt(root)).toBe(true);
    // Removing a file changes the folder's modification time.
    for (const path of sources) {
      at(path, 3000);
      expect(isBuilt(root)).toBe(false);
      at(path, 1000);
    }
  });

  describe('count tests so that a run that went wrong never reads "0 failed"', () => {
    const results = (more) => ({
      numPassedTests: 5,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [],
      ...more,
    });

    it.each([
      ['all is well', results({}), 0, '5 passed, 0 failed'],
      ['some are skipped', results({ numPendingTests: 2 }), 0, '5 passed, 0 failed, 2 skipped'],
      [
        'a test fails',
        results({
          numFailedTests: 1,
          testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }] }],
        }),
        1,
        '5 passed, 1 failed',
      ],
      [
        'a file cannot be loaded',
        results({ testResults: [{ status: 'failed', assertionResults: [] }] }),
        1,
        '5 passed, 1 failed',
      ],
      ['an error is outside of every test', results({}), 1, '5 passed, 1 failed'],
      ['the runner died', undefined, 1, '0 passed, 1 failed'],
    ])('%s', (_, from, code, line) => expect(summary(count(from, code))).toBe(line));
  });
});
