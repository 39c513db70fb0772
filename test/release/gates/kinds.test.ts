import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { GateSetting, gateKinds } from '../../../src/release/gates/index.ts';
import { type GateSample, gateContract } from '../../contracts/gate.ts';

const folder = new URL('../../../src/release/gates/', import.meta.url);

describe('kinds of gates', () => {
  it('index.ts lists the folders, each kind by the name of its folder', async () => {
    const entries = await readdir(folder, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(gateKinds.map(({ name }) => name).toSorted()).toEqual(folders.toSorted());
  });

  it.each(gateKinds)('docs/gates.md explains $name and every key of it', async ({ keys, key }) => {
    const page = await readFile(new URL('../../../docs/gates.md', import.meta.url), 'utf8');
    for (const one of keys) expect(page).toMatch(new RegExp(`^\\| .*\`?${one}\\b`, 'm'));
    expect(page).toContain(key === undefined ? 'smoke test' : `${key}:`);
  });

  it('no two are named by the same key', () => {
    const keys = gateKinds.flatMap(({ key }) => key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('says all forms of a gate that is none', () => {
    for (const raw of [
      { maximum: 3 },
      {},
      'auc',
      [],
      null,
      { gate: 'smoke' },
      { gate: 'rows', min_rows: 3 },
    ])
      expect(() => GateSetting.parse(raw)).toThrow(
        /expected one of .*\{min_rows\}.*\{drill_days\}/s,
      );
  });
});

for (const kind of gateKinds) {
  const { sample }: { sample: GateSample } = await import(`./${kind.name}/sample.ts`);
  gateContract(kind, sample);
}
