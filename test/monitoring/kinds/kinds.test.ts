import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { monitorKinds } from '../../../src/monitoring/kinds/index.ts';
import { type KindSample, monitorKindContract } from '../../contracts/monitor-kind.ts';

const folder = new URL('../../../src/monitoring/kinds/', import.meta.url);

describe('kinds of monitors', () => {
  it('index.ts lists the folders, each kind by the name of its folder', async () => {
    const entries = await readdir(folder, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(monitorKinds.map(({ name }) => name).toSorted()).toEqual(folders.toSorted());
  });

  it.each(monitorKinds)('docs/ explain every key of $name', async ({ keys }) => {
    const docs = new URL('../../../docs/', import.meta.url);
    const pages = (await readdir(docs)).filter((name) => name.endsWith('.md'));
    const texts = await Promise.all(pages.map((name) => readFile(new URL(name, docs), 'utf8')));
    for (const key of keys) expect(texts.join('\n')).toMatch(new RegExp(`^\\| .*\`${key}\``, 'm'));
  });
});

for (const kind of monitorKinds) {
  const { sample }: { sample: KindSample } = await import(`./${kind.name}/sample.ts`);
  monitorKindContract(kind, sample);
}
