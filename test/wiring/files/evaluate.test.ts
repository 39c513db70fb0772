import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { runEvaluate } from '../../../src/wiring/files/evaluate.ts';
import { cases, expectClose, expectP, number } from '../../reference/reference.ts';
import { ran, useFolder } from './made.ts';

const figure = z.number().optional();
/** Exactly what the documentation promises. */
const Report = z.strictObject({
  task: z.string(),
  rows: z.number(),
  verdict: z.enum(['better', 'not worse', 'worse', 'inconclusive']),
  metrics: z.array(
    z.strictObject({
      ...{ name: z.string(), champion: figure, challenger: figure },
      ...{ delta: figure, low: figure, high: figure, p: figure },
    }),
  ),
});

const files = useFolder();
const evaluate = (...words: string[]) => ran(runEvaluate, ...words);
async function report(...words: string[]) {
  const { code, out, err } = await evaluate(...words, '--json');
  expect(out, err).not.toBe('');
  const { metrics, ...rest } = Report.parse(JSON.parse(out));
  return {
    code,
    err,
    ...rest,
    metrics,
    of: (name: string) => metrics.find((one) => one.name === name),
  };
}

const list = z.array(number);
const measured = z.object({
  accuracy: number,
  f1: number,
  brier: number,
  roc_auc: number.optional(),
});
const fixtures = cases(
  'binary_champion_challenger.json',
  z.object({
    ...{ name: z.string(), y: list, champion: list, challenger: list },
    ...{ champion_metrics: measured, challenger_metrics: measured },
    mcnemar: z.object({
      ...{ b_champion_only_correct: number, c_challenger_only_correct: number },
      ...{ midp: number, chi2_cc_p: number },
    }),
    delong: z
      .object({
        ...{ diff_challenger_minus_champion: number, p_two_sided: number },
        ci95: z.tuple([number, number]),
      })
      .optional(),
  }),
);
const typical = fixtures.find(({ name }) => name === 'typical_300');
const { y = [], champion = [], challenger = [] } = typical ?? {};
const rowsOf = (scores: readonly number[]) =>
  scores.map((s, at) => ({ id: at, y: y[at] ?? 0, s, who: `c${at % 60}` }));
const BINARY = ['--label', 'y', '--score', 's'] as const;

describe('wiring/files/evaluate', () => {
  it.each(fixtures)('gives the reference figures of $name', async (fixture) => {
    const write = (side: string, scores: readonly number[]) =>
      files.csv(
        `${fixture.name}-${side}.csv`,
        scores.map((s, at) => ({ y: fixture.y[at], s })),
      );
    const a = await write('a', fixture.champion);
    const found = await report(a, await write('b', fixture.challenger), ...BINARY);
    expect(found).toMatchObject({ task: 'binary', rows: fixture.y.length });
    for (const side of ['champion', 'challenger'] as const) {
      expectClose(found.of('accuracy')?.[side], fixture[`${side}_metrics`].accuracy);
      expectClose(found.of('brier')?.[side], fixture[`${side}_metrics`].brier);
    }
    const { b_champion_only_correct: b, c_challenger_only_correct: c, ...p } = fixture.mcnemar;
    if (found.of('accuracy')?.p !== undefined)
      expectP(found.of('accuracy')?.p, b + c < 25 ? p.midp : p.chi2_cc_p);
    const auc = found.of('auc');
    if (!fixture.delong) expect(auc?.p).toBeUndefined();
    else {
      expectClose(auc?.delta, fixture.delong.diff_challenger_minus_champion);
      expectClose(auc?.low, fixture.delong.ci95[0]);
      expectClose(auc?.high, fixture.delong.ci95[1]);
      expectP(auc?.p, fixture.delong.p_two_sided);
    }
  });

  it('pairs rows by key, in any order and format', async () => {
    const a = await files.csv('key-a.csv', rowsOf(champion));
    const shuffled = rowsOf(challenger).toSorted((x, z) => ((x.id * 7) % 31) - ((z.id * 7) % 31));
    const b = await files.jsonl('key-b.jsonl', shuffled);
    const inOrder = await files.csv('key-c.csv', rowsOf(challenger));
    const found = await report(a, b, ...BINARY, '--key', 'id');
    expect(found).toMatchObject({ code: 0, verdict: 'better', rows: 300, err: '' });
    const again = await report(a, inOrder, ...BINARY, '--key', 'id');
    expect(again.metrics).toEqual(found.metrics);
    // Joined by position, the labels show that these are different rows.
    const { code, err } = await evaluate(a, b, ...BINARY);
    expect(code).toBe(2);
    expect(err).toMatch(/do not agree on "y": row \d+ has/);
  });

  it('exits with 1 where the challenger is worse', async () => {
    const a = await files.csv('worse-a.csv', rowsOf(challenger));
    const b = await files.csv('worse-b.csv', rowsOf(champion));
    expect(await report(a, b, ...BINARY)).toMatchObject({ code: 1, verdict: 'worse' });
    const { out } = await evaluate(a, b, ...BINARY);
    expect(out).toMatch(
      /worse-b\.csv is worse than .*worse-a\.csv: 300 rows, 80 of them positive\./,
    );
    expect(out).toMatch(/\nAUC \* +0\.900 +0\.768 +−0\.131 .* worse\n/);
    expect(await report(a, a, ...BINARY)).toMatchObject({ code: 0, verdict: 'not worse' });
  });

  it('judges by the metrics and margins that are asked for', async () => {
    const a = await files.csv('rules-a.csv', rowsOf(challenger));
    const b = await files.csv('rules-b.csv', rowsOf(champion));
    const by = (...words: string[]) => report(a, b, ...BINARY, ...words);
    expect(await by('--margin', '0.9')).toMatchObject({ code: 0, verdict: 'not worse' });
    expect(await by('--margin', 'log_loss=0.9')).toMatchObject({ code: 1, verdict: 'worse' });
    expect(await by('--margin', 'auc=0.9', '--primary', 'auc')).toMatchObject({ code: 0 });
    const { out } = await evaluate(a, b, ...BINARY, '--primary', 'accuracy,log_loss');
    expect(out).toMatch(/\nAccuracy \* /);
    expect(out).toMatch(/\nLog loss \* /);
    expect(out).toMatch(/\nAUC {2}/);
  });

  it('is less sure where rows belong to entities', async () => {
    const four = (scores: readonly number[]) =>
      rowsOf(scores).flatMap((row) =>
        [0, 1, 2, 3].map((copy) => ({ ...row, id: row.id * 4 + copy, who: row.id })),
      );
    const a = await files.csv('four-a.csv', four(champion));
    const b = await files.csv('four-b.csv', four(challenger));
    const alone = await report(a, b, ...BINARY);
    const entities = await report(a, b, ...BINARY, '--entity', 'who');
    const width = ({ of }: typeof alone, name: string) =>
      (of(name)?.high ?? 0) - (of(name)?.low ?? 0);
    for (const name of ['auc', 'f1', 'logLoss'])
      expect(width(entities, name)).toBeGreaterThan(1.6 * width(alone, name));
  });

  it('leaves out rows that cannot be compared, and reports them', async () => {
    const a = await files.jsonl('out-a.jsonl', [...rowsOf(champion), { id: 900, y: 1, s: 0.4 }]);
    const holes = rowsOf(challenger).map((row) => ({ ...row, s: row.id < 3 ? null : row.s }));
    const b = await files.jsonl('out-b.jsonl', [
      ...holes,
      { id: 901, y: 0, s: 0.4 },
      { id: 902, y: 0, s: 0.4 },
    ]);
    const found = await report(a, b, ...BINARY, '--key', 'id');
    expect(found.rows).toBe(297);
    expect(found.err).toMatch(
      /^Left out 1 row of .*out-a.*\nLeft out 2 rows of .*out-b.*\nLeft out 3 rows without a label or a finite score\.\n$/,
    );
  });

  it('compares regressions', async () => {
    const random = seededRandom(5);
    const truth = Array.from({ length: 400 }, () => random() * 50);
    const guessed = (noise: number) => truth.map((y) => ({ y, s: y + (random() - 0.5) * noise }));
    const a = await files.parquet(
      'reg-a.parquet',
      `SELECT * FROM read_csv('${await files.csv('reg-a.csv', guessed(10))}')`,
    );
    const b = await files.csv('reg-b.csv', guessed(4));
    const found = await report(a, b, ...BINARY, '--task', 'regression');
    expect(found).toMatchObject({ code: 0, task: 'regression', verdict: 'better', rows: 400 });
    const rmse = found.of('rmse');
    // Positive where the challenger is better, although lower is better.
    expectClose(rmse?.delta, (rmse?.champion ?? 0) - (rmse?.challenger ?? 0));
    expect(rmse?.low).toBeGreaterThan(0);
  });

  it('compares models of several classes, by a prefix or a list of columns', async () => {
    const random = seededRandom(6);
    const classes = ['cat', 'dog', 'eel'];
    const truth = Array.from({ length: 300 }, () => classes[Math.floor(random() * 3)] ?? '');
    const answered = (sure: number) =>
      truth.map((y) => {
        const weights = classes.map((name) => random() + (name === y ? sure : 0));
        const sum = weights.reduce((all, one) => all + one, 0);
        return {
          y,
          ...Object.fromEntries(classes.map((name, at) => [`p_${name}`, (weights[at] ?? 0) / sum])),
        };
      });
    const a = await files.csv('multi-a.csv', answered(0.5));
    const b = await files.csv('multi-b.csv', answered(2));
    const found = await report(a, b, '--label', 'y', '--score', 'p_', '--task', 'multiclass');
    expect(found).toMatchObject({ code: 0, task: 'multiclass', verdict: 'better', rows: 300 });
    expect(found.metrics.map(({ name }) => name)).toEqual([
      ...['logLoss', 'accuracy', 'macroF1', 'auc', 'recall[cat]', 'recall[dog]', 'recall[eel]'],
    ]);
    const listed = ['--score', 'p_cat,p_dog,p_eel', '--task', 'multiclass'];
    expect((await report(a, b, '--label', 'y', ...listed)).metrics).toEqual(found.metrics);
    const two = ['--score', 'p_cat,p_dog', '--task', 'multiclass'];
    expect((await evaluate(a, b, '--label', 'y', ...two)).err).toMatch(/has the label "eel"/);
  });

  it.each([
    ['a file that is not there', ['nowhere.csv'], /There is no file .*nowhere\.csv\./],
    ['a label that is not there', ['ok.csv', '--label', 'why'], /no column "why" in .*ok\.csv/],
    ['a score that is not there', ['ok.csv', '--score', 'z'], /no column "z" in .*ok\.csv/],
    ['a key that is not there', ['ok.csv', '--key', 'nr'], /no column "nr"/],
    ['an entity that is not there', ['ok.csv', '--entity', 'nr'], /no column "nr"/],
    [
      'a task that is not there',
      ['ok.csv', '--task', 'ranking'],
      /no task "ranking". There are binary/,
    ],
    ['files of other lengths', ['short.csv'], /has 4 rows and .*short\.csv has 1, .* Pass --key/],
    ['keys that repeat', ['ok.csv', '--key', 's'], /the key "0\.5" occurs more than once in "s"/],
    ['no key in common', ['short.csv', '--key', 'id'], /no value of "id" in common/],
    [
      'labels of another task',
      ['ok.csv', '--label', 'id'],
      /Row 3 has the label "2", .* is 0 or 1\. Pass --task/,
    ],
    ['labels of text', ['ok.csv', '--label', 'text'], /Row 1 has the label "low"/],
    ['classes without columns', ['ok.csv', '--task', 'multiclass'], /no columns "s…"/],
    ['a missing option', ['ok.csv', '--score'], /--score/],
    [
      'a metric that is not there',
      ['ok.csv', '--primary', 'auk'],
      /"auk" is not a metric of the task binary\. Did you mean "auc"\? Its metrics are auc, /,
    ],
    [
      'a margin that is not a number',
      ['ok.csv', '--margin', 'auc=few'],
      /margin of "auc" cannot be "few"/,
    ],
    [
      'labels that differ',
      ['other.csv', '--key', 'id'],
      /do not agree on "y": .* Write the same labels to both files, or leave/,
    ],
  ])('answers %s in one line, with exit code 2', async (_, [file = '', ...words], line) => {
    const text = ['low', 'high', 'low', 'low'];
    const rows = text.map((one, id) => ({ id, y: id % 2, s: id < 2 ? 0.5 : id / 8, text: one }));
    const ok = await files.csv('ok.csv', rows);
    await files.csv(
      'other.csv',
      rows.map((row) => ({ ...row, y: 1 - row.y })),
    );
    await files.csv('short.csv', [{ id: 77, y: 0, s: 0.1 }]);
    const { code, out, err } = await evaluate(ok, files.at(file), ...BINARY, ...words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(line);
    expect(err.split('\n')).toHaveLength(2);
  });

  it('writes a page with a forest plot, in which nothing hostile is markup', async () => {
    const a = await files.csv('page-a<b>.csv', rowsOf(champion));
    const b = await files.csv('page-b.csv', rowsOf(challenger));
    const html = files.at('models.html');
    expect((await evaluate(a, b, ...BINARY, '--html', html)).code).toBe(0);
    const page = await readFile(html, 'utf8');
    expect(page).not.toContain('<b>');
    const [, alt = '', svg = ''] =
      /<img alt="([^"]*)" src="data:image\/svg\+xml;base64,([^"]+)">/.exec(page) ?? [];
    expect(alt).toContain('difference with its confidence interval: AUC +0.131');
    expect(Buffer.from(svg, 'base64').toString()).toMatch(/^<svg /);
    const nowhere = await evaluate(a, b, ...BINARY, '--html', files.at('no/where.html'));
    expect(nowhere).toMatchObject({ code: 2, out: '' });
    expect(nowhere.err).toMatch(/^Writing the page: ENOENT/);
  });
});
