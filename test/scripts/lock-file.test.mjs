import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { missingBinaries, withBinaries } from '../../scripts/lib/lock-file.mjs';

const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));

describe('package-lock.json', () => {
  it('has every binary, so that npm ci takes it on every machine (npm run lock completes it)', () => {
    expect(missingBinaries(lock.packages)).toEqual([]);
  });

  it('is completed by entries that npm skips on other machines', () => {
    const packages = {
      '': {},
      'node_modules/tool': {
        dev: true,
        optionalDependencies: { '@tool/linux-x64-musl': '1.2.3', '@tool/darwin-arm64': '1.2.3' },
      },
      'node_modules/@tool/darwin-arm64': {},
      'node_modules/zebra': {},
    };
    const missing = missingBinaries(packages);
    expect(missing).toEqual([{ name: '@tool/linux-x64-musl', version: '1.2.3', dev: true }]);
    const completed = withBinaries(packages, missing);
    expect(missingBinaries(completed)).toEqual([]);
    expect(Object.keys(completed)).toEqual([
      '',
      'node_modules/@tool/darwin-arm64',
      'node_modules/@tool/linux-x64-musl',
      'node_modules/tool',
      'node_modules/zebra',
    ]);
    expect(completed).toMatchObject({
      'node_modules/@tool/linux-x64-musl': {
        version: '1.2.3',
        os: ['linux'],
        cpu: ['x64'],
        libc: ['musl'],
        dev: true,
        optional: true,
      },
    });
  });

  it('guesses no machine from a name that says none', () => {
    const missing = [{ name: 'fsevents', version: '2.3.3', dev: true }];
    expect(() => withBinaries({}, missing)).toThrow('fsevents does not say which machine');
  });
});
