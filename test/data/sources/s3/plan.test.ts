import { describe, expect, it } from 'vitest';
import { plan } from '../../../../src/data/sources/s3/plan.ts';

const at = new Date('2001-02-01');
const object = (key: string, bytes = 10) => ({ key, bytes, at, etag: '"e"' });
const limits = { beginning: 'flights/', maxMb: 1, maxGb: 0.002, place: 'the bucket models' };
const planOf = (...names: string[]) =>
  plan(
    names.map((name) => object(`flights/${name}`)),
    limits,
  );

describe('data/sources/s3/plan', () => {
  it('copies data files below the prefix, by name, and nothing that says "not yet"', async () => {
    const names = ['b.csv', 'a/2001.parquet', 'readme.md', 'c.csv.partial', '_tmp/d.csv', 'e/'];
    const { wanted, leftOut } = await planOf(...names);
    expect(wanted.map(({ key, name }) => [key, name])).toEqual([
      ['flights/a/2001.parquet', 'a/2001.parquet'],
      ['flights/b.csv', 'b.csv'],
    ]);
    expect(leftOut).toEqual([]);
  });

  it.each([
    'a/../../x.csv',
    '../x.csv',
    '/etc/x.csv',
    'a//x.csv',
    'a\\x.csv',
    'a\nx.csv',
    `${'x'.repeat(255)}.csv`,
  ])('copies nothing to where %j would lead', async (name) => {
    expect((await planOf(name, 'b.csv')).wanted.map((one) => one.name)).toEqual(['b.csv']);
  });

  it('says which object cannot be a file, and copies the others', async () => {
    const { wanted, leftOut } = await planOf('a.csv', 'a.csv/b.csv', 'c//d.csv', 'e.csv');
    expect(wanted.map(({ name }) => name)).toEqual(['a.csv', 'e.csv']);
    expect(leftOut.map(({ name, why }) => `${name}: ${why}`)).toEqual([
      'a.csv/b.csv: There is an object a.csv as well, which cannot be a file and a folder. Rename one of them.',
      'c//d.csv: Its key cannot be the name of a file. Store it under another one.',
    ]);
  });

  it('leaves out an object that is too large, and refuses all if they are too much together', async () => {
    const large = await plan([object('flights/a.csv', 1_000_001), object('flights/b.csv')], limits);
    expect(large.wanted.map(({ name }) => name)).toEqual(['b.csv']);
    expect(large.leftOut).toMatchObject([
      { name: 'a.csv', why: 'It is larger than 1 MB. Split it, or raise max_mb.' },
    ]);
    const many = ['a', 'b', 'c'].map((name) => object(`flights/${name}.csv`, 700_000));
    await expect(plan(many, limits)).rejects.toThrow(
      'Looking for data in the bucket models: the files there are more than 0.002 GB, so none was read.',
    );
  });

  it('keeps none of what is no data, and reads no further than it keeps', async () => {
    let read = 0;
    async function* keys(ends: string, count: number) {
      for (; read < count; read += 1) yield object(`flights/${read}.${ends}`, 1);
    }
    expect(await plan(keys('log', 20_000), { ...limits, most: 10 })).toEqual({
      wanted: [],
      leftOut: [],
    });
    expect(read).toBe(20_000);
    read = 0;
    expect((await plan(keys('csv', 10), { ...limits, most: 10 })).wanted).toHaveLength(10);
    read = 0;
    await expect(plan(keys('csv', 20_000), { ...limits, most: 1000 })).rejects.toThrow(
      'Looking for data in the bucket models: there are more than 1,000 files, so none was read.',
    );
    expect(read).toBe(1000);
    read = 0;
    await expect(plan(keys('csv', 20_000), { ...limits, maxGb: 100 / 1e9 })).rejects.toThrow('GB');
    expect(read).toBe(100);
  });
});
