import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { withTables } from '../../../src/datasets/files/open.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { runDrift } from '../../../src/wiring/files/drift.ts';
import { measureNumbers } from '../../../src/wiring/files/measure-numbers.ts';
import { cases, expectClose, expectP, number } from '../../reference/reference.ts';
import { ran, useFolder } from './made.ts';

const both = z.strictObject({ reference: z.number(), current: z.number() });
/** Exactly what the documentation promises. */
const Report = z.strictObject({
  verdict: z.enum(['drift', 'ok', 'insufficient data']),
  columns: z.array(
    z.strictObject({
      ...{ name: z.string(), type: z.string(), rows: both, nulls: both },
      ...{ psi: z.number().optional(), js: z.number().optional() },
      wasserstein: z.number().optional(),
      ks: z.strictObject({ d: z.number(), p: z.number() }).optional(),
      chi2: z.strictObject({ statistic: z.number(), df: z.number(), p: z.number() }).optional(),
      ...{ adjustedP: z.number().optional(), verdict: z.string() },
    }),
  ),
});

const files = useFolder();
const drift = (...words: string[]) => ran(runDrift, ...words);
async function report(...words: string[]) {
  const { code, out, err } = await drift(...words, '--json');
  expect(out, err).not.toBe('');
  const { verdict, columns } = Report.parse(JSON.parse(out));
  return {
    code,
    err,
    verdict,
    columns,
    by: (name: string) => columns.find((one) => one.name === name),
  };
}

const random = seededRandom(11);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
function rows(count: number, shift = 0) {
  return Array.from({ length: count }, (_, at) => ({
    amount: normal() + shift,
    steady: normal(),
    code: Math.floor(random() * 5),
    city: ['Oslo', 'Rome', "L'Aquila"][Math.floor(random() * 3)] ?? '',
    id: `${shift}-${at}-${random()}`,
  }));
}

describe('wiring/files/drift', () => {
  const list = z.array(number);
  const samples = cases(
    'ks_wasserstein.json',
    z.object({
      ...{ name: z.string(), ref: list, cur: list, wasserstein_normed_evidently: number },
      exact: z.object({ statistic: number, pvalue: number }).optional(),
    }),
  );
  const deciles = cases(
    'psi_recommended.json',
    z.object({ name: z.string(), psi: number, js_distance_base2: number }),
  );

  it.each(samples)(
    'gives the reference figures of $name',
    async ({ name, ref, cur, ...expected }) => {
      const [a, b] = await Promise.all(
        [ref, cur].map((values, at) =>
          files.csv(
            `${name}${at}.csv`,
            values.map((x) => ({ x })),
          ),
        ),
      );
      const x = (await report(a ?? '', b ?? '')).by('x');
      const decile = deciles.find((one) => one.name === name);
      expectClose(x?.psi, decile?.psi ?? Number.NaN);
      expectClose(x?.js, decile?.js_distance_base2 ?? Number.NaN);
      if (expected.exact) {
        expectClose(x?.ks?.d, expected.exact.statistic);
        expectP(x?.ks?.p, expected.exact.pvalue);
      }
      if (new Set(ref).size === 1) expect(x?.wasserstein).toBeUndefined();
      else expectClose(x?.wasserstein, expected.wasserstein_normed_evidently);
    },
  );

  const tables = cases(
    'categorical.json',
    z.object({
      ...{ name: z.string(), ref: z.record(z.string(), number), psi_recommended: number },
      ...{ cur: z.record(z.string(), number), js_base2: number },
      chi2_homogeneity: z
        .object({ statistic: number, pvalue: number, dof: number, min_expected: number })
        .optional(),
    }),
  );

  it.each(tables)('gives the reference figures of the categories $name', async (fixture) => {
    const spread = (counts: Record<string, number>) =>
      Object.entries(counts).flatMap(([c, n]) => Array.from({ length: n }, () => ({ c: `c${c}` })));
    const a = await files.jsonl(`${fixture.name}0.jsonl`, spread(fixture.ref));
    const b = await files.jsonl(`${fixture.name}1.jsonl`, spread(fixture.cur));
    const c = (await report(a, b)).by('c');
    expectClose(c?.psi, fixture.psi_recommended);
    expectClose(c?.js, fixture.js_base2);
    const whole = fixture.chi2_homogeneity;
    if (whole === undefined) expect(c?.chi2).toBeUndefined();
    else if (whole.min_expected >= 5) {
      expectClose(c?.chi2?.statistic, whole.statistic);
      expectP(c?.chi2?.p, whole.pvalue);
      expect(c?.chi2?.df).toBe(whole.dof);
    }
  });

  it('finds what moved, and nothing else, alike in all three formats', async () => {
    const [before, after] = [rows(2000), rows(1500, 0.5)];
    const a = await files.csv('a.csv', before);
    const b = await files.csv('b.csv', after);
    const found = await report(a, b);
    expect(found).toMatchObject({ code: 1, verdict: 'drift', err: '' });
    const verdicts = found.columns.map(({ name, type, verdict }) => [name, type, verdict]);
    expect(verdicts).toEqual([
      ['amount', 'numeric', 'drift'],
      ['steady', 'numeric', 'ok'],
      ['code', 'numeric', 'ok'],
      ['city', 'categorical', 'ok'],
      ['id', 'categorical', 'ok'],
    ]);
    expect(found.by('amount')).toMatchObject({
      rows: { reference: 2000, current: 1500 },
      nulls: { reference: 0, current: 0 },
    });
    const parquet = await files.parquet('b.parquet', `SELECT * FROM read_csv('${b}')`);
    const jsonl = await files.jsonl('a.jsonl', before);
    const gzipped = await files.text('a.csv.gz', gzipSync(await readFile(a)));
    for (const [x, y] of [
      [jsonl, parquet],
      [gzipped, b],
    ] as const)
      expect((await report(x, y)).columns).toEqual(found.columns);
  });

  it('finds no drift in the same rows, and exits with 0', async () => {
    const a = await files.csv('same.csv', rows(500));
    expect(await report(a, a)).toMatchObject({ code: 0, verdict: 'ok' });
    expect(await report(a, await files.csv('fresh.csv', rows(500)))).toMatchObject({ code: 0 });
  });

  it('takes no long list of categories for drift, however rare each is', async () => {
    const draw = (kinds: number) =>
      Array.from({ length: 1000 }, () => ({ c: `k${Math.floor(random() * kinds)}` }));
    for (const kinds of [150, 400, 5000]) {
      const a = await files.csv(`long${kinds}a.csv`, draw(kinds));
      const b = await files.csv(`long${kinds}b.csv`, draw(kinds));
      expect(await report(a, b), `${kinds} kinds`).toMatchObject({ code: 0, verdict: 'ok' });
    }
    const a = await files.csv('longa.csv', draw(400));
    const other = Array.from({ length: 1000 }, () => ({ c: `n${Math.floor(random() * 400)}` }));
    expect(await report(a, await files.csv('longb.csv', other))).toMatchObject({ code: 1 });
  });

  it('finds missing, unusable and new values', async () => {
    const draw = (p: number) =>
      Array.from({ length: 1000 }, () => (random() < p ? null : normal()));
    const column = (values: (number | string | null)[]) => values.map((x) => ({ x }));
    const a = await files.csv('full.csv', column(draw(0)));
    const holes = await report(a, await files.csv('holes.csv', column(draw(0.1))));
    expect(holes).toMatchObject({
      code: 1,
      columns: [{ name: 'x', type: 'numeric', verdict: 'drift' }],
    });
    const words = [...draw(0).slice(0, 950), ...new Array<string>(50).fill('n/a')];
    const text = await files.csv('words.csv', column(words));
    expect(await report(a, text)).toMatchObject({
      code: 1,
      columns: [{ type: 'numeric', nulls: { current: 0 } }],
    });
    expect((await drift(a, text)).out).toContain('x: NaN or no number 0% → 5% of rows.');
  });

  it('says of an all-null column, one row and no rows that there is not enough data', async () => {
    const one = await files.csv('one.csv', [{ x: 1, c: 'a' }]);
    expect(await report(one, one)).toMatchObject({ code: 0, verdict: 'insufficient data' });
    const none = await files.text('none.csv', 'x,c\n');
    expect(await report(one, none)).toMatchObject({
      ...{ code: 0, verdict: 'insufficient data' },
      columns: [
        { name: 'x', type: 'numeric' },
        { name: 'c', type: 'categorical' },
      ],
    });
    expect(await report(none, none)).toMatchObject({ code: 0, verdict: 'insufficient data' });
    const query = 'SELECT NULL::DOUBLE AS x, NULL::VARCHAR AS c, i FROM range(50) t(i)';
    const nulls = await files.parquet('nulls.parquet', query);
    const found = await report(nulls, nulls);
    expect(found.by('x')).toEqual({
      ...{ name: 'x', type: 'numeric', verdict: 'insufficient data' },
      rows: { reference: 50, current: 50 },
      nulls: { reference: 50, current: 50 },
    });
    expect(found).toMatchObject({ code: 0, verdict: 'ok' });
  });

  it('takes 1.0002 for the constant 1, and 2 for another', async () => {
    const column = (x: number) => Array.from({ length: 100 }, () => ({ x }));
    const a = await files.csv('ones.csv', column(1));
    expect(await report(a, await files.csv('near.csv', column(1.0002)))).toMatchObject({ code: 0 });
    expect(await report(a, await files.csv('twos.csv', column(2)))).toMatchObject({ code: 1 });
  });

  it('compares of times and nested values only how many are missing', async () => {
    const query = (day: string) =>
      `SELECT TIMESTAMP '${day}' + INTERVAL (i) HOUR AS t, [i] AS l, i % 7 AS x FROM range(300) s(i)`;
    const a = await files.parquet('t1.parquet', query('2026-01-01'));
    const b = await files.parquet('t2.parquet', query('2026-02-01'));
    const found = await report(a, b);
    expect(found).toMatchObject({ code: 0, verdict: 'ok' });
    expect(found.by('t')).toMatchObject({ type: 'time', verdict: 'not compared' });
    expect(found.by('l')).toMatchObject({ type: 'other', verdict: 'not compared' });
  });

  it('says which columns only one file has', async () => {
    const a = await files.csv('left.csv', [{ x: 1, y: 2 }]);
    const b = await files.csv('right.csv', [{ x: 1, z: 'a' }]);
    const found = await report(a, b);
    expect(found.by('y')).toMatchObject({
      verdict: 'only in reference',
      rows: { reference: 1, current: 0 },
    });
    expect(found.by('z')).toMatchObject({ verdict: 'only in current', type: 'categorical' });
    expect(found.err.split('\n')).toEqual([
      'Column "y" is only in reference and was not compared.',
      'Column "z" is only in current and was not compared.',
      '',
    ]);
    const apart = await files.csv('apart.csv', [{ q: 1 }]);
    expect(await drift(a, apart)).toMatchObject({ code: 2, out: '' });
  });

  it('compares only the requested columns', async () => {
    const a = await files.csv('some.csv', [{ x: 1, 'a,b': 2, y: 3 }]);
    const names = async (...words: string[]) =>
      (await report(a, a, ...words)).columns.map(({ name }) => name);
    expect(await names('--columns', 'x,y')).toEqual(['x', 'y']);
    expect(await names('--columns', 'a,b', '--columns', 'x')).toEqual(['a,b', 'x']);
    expect(await names('--ignore', 'x, y')).toEqual(['a,b']);
  });

  it.each([
    ['a file that is not there', ['nowhere.csv'], /^There is no file .*nowhere\.csv\.\n$/],
    [
      'a column that is not there',
      ['ok.csv', '--columns', 'ammount'],
      /no column "ammount" in .*Did you mean "amount"\?\n$/,
    ],
    ['a column to ignore that is not there', ['ok.csv', '--ignore', 'q'], /no column "q" in/],
    ['an empty file', ['empty.csv'], /empty\.csv is empty/],
    ['a folder', ['.'], /is not a file/],
    ['CSV called Parquet', ['text.parquet'], /text\.parquet is not a Parquet file/],
    ['Parquet called CSV', ['real.csv'], /real\.csv is a Parquet file/],
    ['half a Parquet file', ['half.parquet'], /Reading .*half\.parquet as Parquet: /],
    ['CSV called JSON lines', ['text.jsonl'], /Reading .*text\.jsonl as JSON lines: /],
    ['bytes called CSV', ['bytes.csv'], /bytes\.csv is not text, but binary/],
    ['an unknown option', ['ok.csv', '--jason'], /--jason/],
    ['one file too many', ['ok.csv', 'ok.csv'], /takes two/],
  ])('answers %s in one line, with exit code 2', async (_, [file = '', ...words], line) => {
    const ok = await files.csv('ok.csv', [{ amount: 1 }]);
    await files.text('empty.csv', '');
    await files.text('text.parquet', 'amount\n1\n');
    await files.text('text.jsonl', 'amount\n1\n');
    await files.text('bytes.csv', Uint8Array.of(0, 1, 2, 255, 10, 0));
    const real = await readFile(await files.parquet('whole.parquet', 'SELECT 1 AS amount'));
    await files.text('real.csv', real);
    await files.text('half.parquet', real.subarray(0, real.length / 2));
    const { code, out, err } = await drift(
      ok,
      files.at(file),
      ...words.map((word) => (word === 'ok.csv' ? ok : word)),
    );
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(line);
    expect(err.split('\n')).toHaveLength(2);
  });

  it.each([
    [
      'a long line',
      'a,b\n1,2\n"3,",4\n5,6,7\n',
      'line 4 has 3 values separated by ",", and the header has 2',
    ],
    ['a short line', 'a\tb\n1\n', 'line 2 has 1 value separated by tabs, and the header has 2'],
    ['a header of another separator', 'a,b\n1;2\n', 'line 2 has 1 value separated by ","'],
    ['a separator that we do not read', 'a~b\n1~2\n', 'its columns seem to be separated by "~"'],
  ])('refuses %s in CSV, and says which', async (_, content, words) => {
    const name = await files.text('ragged.csv', content);
    const good = await files.csv('good.csv', rows(30));
    const { code, out, err } = await drift(name, good);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`Reading ${name} as CSV: ${words}`);
  });

  it.each([
    ['texts with a separator', 'note\nhello, you\nbye\n', 'note'],
    ['a name with a separator', '"a,b"\n1\n2\n', 'a,b'],
  ])('reads one column of %s', async (_, content, name) => {
    const file = await files.text('one.csv', content);
    expect((await report(file, file)).columns).toMatchObject([{ name }]);
  });

  it('finds the same in a thread', async () => {
    const names = ['amount', 'steady', 'code'];
    const pair = [await files.csv('t1.csv', rows(300)), await files.csv('t2.csv', rows(200, 0.5))];
    const [here, there] = await withTables(pair, async (opened) => {
      const [a, b] = opened.tables;
      if (!a || !b) throw new Error('two files were opened');
      const measure = (threadFrom: number) =>
        measureNumbers(names, [a, b], opened, undefined, threadFrom);
      return [await measure(Number.POSITIVE_INFINITY), await measure(0)];
    });
    expect(here?.map(({ name }) => name)).toEqual(names);
    expect(there).toEqual(expect.arrayContaining(here ?? []));
    expect(there).toHaveLength(names.length);
  });

  it('reads hostile names and values as text', async () => {
    const name = '"; DROP TABLE file_0; --<script>alert(1)</script>\u001b[31m';
    const value = `</title><img src=x onerror="alert('1')">`;
    const some = (extra: string) =>
      Array.from({ length: 60 }, (_, at) => ({
        [name]: at % 2 ? value : `${extra}&amp;`,
        __proto__: at,
      }));
    const a = await files.jsonl("it's [a] *?.jsonl", some('x'));
    const b = await files.jsonl('b%s.jsonl', some('y'));
    const html = files.at('page.html');
    const { code, out } = await drift(a, b, '--html', html);
    expect(code).toBe(1);
    expect(out).not.toContain('\u001b');
    expect((await report(a, b)).by(name)).toMatchObject({ verdict: 'drift' });

    const page = await readFile(html, 'utf8');
    expect(page).not.toMatch(/<script|<img src=x|onerror="/);
    expect(page).toContain('&lt;script&gt;');
    const images = [
      ...page.matchAll(/<img alt="([^"]*)" src="data:image\/svg\+xml;base64,([^"]+)">/g),
    ];
    expect(images).toHaveLength(1);
    expect(images[0]?.[1]).toContain('reference against current: the share');
    const svg = Buffer.from(images[0]?.[2] ?? '', 'base64').toString();
    expect(svg).toMatch(/^<svg /);
    expect(svg).not.toContain('<script');
    // Nothing is fetched: the only address is the SVG namespace.
    expect(page).not.toMatch(/(?:src|href)\s*=\s*["']?(?:https?:)?\/\//);
    expect(page).not.toMatch(/url\(/);
  });

  it('writes a table that a person can read', async () => {
    const a = await files.csv('ta.csv', rows(300));
    const { out } = await drift(a, await files.csv('tb.csv', rows(300, 1)));
    expect(out).toMatch(
      /^Drift in 1 of 5 columns: .*tb\.csv \(300 rows\) compared with .*ta\.csv \(300 rows\)\.\n\nColumn +Type/,
    );
    expect(out).toMatch(/\namount +numeric .* drift\n/);
    expect(out).toContain('amount: its values are distributed differently.');
  });

  it('runs outside of a workspace, as a program', async () => {
    const a = await files.csv('pa.csv', rows(100));
    const bin = join(import.meta.dirname, '../../../bin/wheelhouse.mjs');
    const run = promisify(execFile);
    const options = { cwd: files.at('.'), env: { PATH: process.env['PATH'] } };
    const { stdout } = await run(process.execPath, [bin, 'drift', a, 'pa.csv', '--json'], options);
    expect(Report.parse(JSON.parse(stdout)).verdict).toBe('ok');
    const failed = run(process.execPath, [bin, 'drift', a, 'nowhere.csv'], options);
    await expect(failed).rejects.toMatchObject({
      code: 2,
      stderr: 'There is no file nowhere.csv.\n',
    });
  });
});
