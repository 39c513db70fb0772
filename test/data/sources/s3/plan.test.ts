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
  it('copies data files below the prefix, by name, and nothing that says "not yet"', () => {
    const names = ['b.csv', 'a/2001.parquet', 'readme.md', 'c.csv.partial', '_tmp/d.csv', 'e/'];
    const { wanted, leftOut } = planOf(...names);
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
  ])('copies nothing to where %j would lead', (name) => {
    expect(planOf(name, 'b.csv').wanted.map((one) => one.name)).toEqual(['b.csv']);
  });

  it('says which object cannot be a file, and copies the others', () => {
    const { wanted, leftOut } = planOf('a.csv', 'a.csv/b.csv', 'c//d.csv', 'e.csv');
    expect(wanted.map(({ name }) => name)).toEqual(['a.csv', 'e.csv']);
    expect(leftOut.map(({ name, why }) => `${name}: ${why}`)).toEqual([
      'a.csv/b.csv: There is an object a.csv as well, which cannot be a file and a folder. Rename one of them.',
      'c//d.csv: Its key cannot be the name of a file. Store it under another one.',
    ]);
  });

  it('leaves out an object that is too large, and refuses all if they are too much together', () => {
    const large = plan([object('flights/a.csv', 1_000_001), object('flights/b.csv')], limits);
    expect(large.wanted.map(({ name }) => name)).toEqual(['b.csv']);
    expect(large.leftOut).toMatchObject([
      { name: 'a.csv', why: 'It is larger than 1 MB. Split it, or raise max_mb.' },
    ]);
    const many = ['a', 'b', 'c'].map((name) => object(`flights/${name}.csv`, 700_000));
    expect(() => plan(many, limits)).toThrow(
      'Looking for data in the bucket models: the files there are more than 0.002 GB, so none was read.',
    );
  });
});
