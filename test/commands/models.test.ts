import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { Finding } from '../../src/core/ports/alerts.ts';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
  const february = { from: new Date('2001-02-01'), to: new Date('2001-02-15') };
  const june = { from: new Date('2001-06-01'), to: new Date('2001-06-15') };
  const judged = [
    ['run-1', february, 'a', 0.68],
    ['run-2', june, 'b', 0.7],
    ['run-3', february, 'a', 0.66],
    ['run-4', undefined, '', 0],
  ] as const;
  for (const [run, window, sha, auc] of judged) {
    const version = await desk.addVersion(run);
    if (!window) continue;
    await desk.registry.versions.addEvaluation({
      version: version.id,
      dataset: { window, sha256: sha.repeat(64), rows: 100 },
      metrics: { auc },
      reference: 'f'.repeat(64),
      at: desk.clock.now(),
    });
  }
});
afterAll(() => desk.close());

describe('/models flights', () => {
  it('groups versions with the same rows, with the days on each row, and parameters', async () => {
    const { card, data } = await desk.say('dev', 'models flights');
    expect(card.table?.columns.slice(0, 5)).toEqual([
      ...['Version', 'Evaluated on', 'AUC', 'Reported by training', 'Parameters'],
    ]);
    expect(card.table?.rows.map((row) => row.slice(0, 5))).toEqual([
      ['v4', 'not evaluated', '–', '–', 'trees=100'],
      ['v3', '1 Feb 2001 to 14 Feb 2001', '0.660', '–', 'trees=100'],
      ['v1', '1 Feb 2001 to 14 Feb 2001', '0.680', '–', 'trees=100'],
      ['v2', '1 Jun 2001 to 14 Jun 2001', '0.700', '–', 'trees=100'],
    ]);
    expect(card.text).toContain(
      'Metrics measured on different days or rows are not comparable. Use /compare flights 3 2',
    );
    expect(data).toMatchObject({
      versions: [{ reported: {} }, { evaluatedOn: { rows: 100 } }, {}, {}],
    });
  });

  it('shows no days if all were evaluated on the same', async () => {
    const { card } = await desk.say('dev', 'models flights --limit 2');
    expect(card.text).not.toContain('different days');
  });
});

describe('/monitors', () => {
  it('shows as many windows as requested, with their figures', async () => {
    const column = { name: 'distance', psi: 0.25, drifted: true, status: 'alert' };
    for (let n = 1; n <= 5; n += 1)
      await desk.registry.findings.add({
        monitor: 'flights/drift',
        environment: 'production',
        version: 1,
        window: { from: new Date(`2001-03-0${n}`), to: new Date(`2001-03-0${n + 1}`) },
        status: 'alert',
        signals: ['distance'],
        detail: { rows: 1000 + n, features: [column], predictions: [] },
        at: desk.clock.now(),
      });
    const four = await desk.say('dev', 'monitors flights --last 4');
    expect(four.card.table?.rows).toHaveLength(4);
    expect(four.card.table?.rows[0]).toEqual([
      ...['flights/drift', '5 Mar 2001', 'v1', 'alert: distance', '1,005', 'distance PSI 0.250'],
    ]);
    expect(four.data).toMatchObject({
      monitors: [
        { recent: [{ detail: { rows: 1005 } }, {}, {}, { detail: { rows: 1002 } }] },
        { id: 'flights/performance', recent: [] },
      ],
    });
    const bad = await desk.say('dev', 'monitors flights --last 0');
    expect(bad.card.title).toContain('"last" cannot be "0": at least 1');
  });

  it('shows evidence and budget, and what would help a monitor that is still learning', async () => {
    const found = async (day: number, status: Finding['status'], figures: Json) =>
      desk.registry.findings.add({
        ...{ monitor: 'delay/drift', environment: 'production', version: 1, status, figures },
        window: { from: new Date(`2001-03-0${day}`), to: new Date(`2001-03-0${day + 1}`) },
        ...{ signals: [], detail: { rows: 900, features: [], predictions: [] } },
        ...{ state: { large: true }, at: desk.clock.now() },
      });
    const learning = { reason: 'few windows', have: 4, needed: 14, helps: [6, 24] };
    await found(1, 'still learning', { learning });
    const before = await desk.say('dev', 'monitors delay');
    expect(before.card.text).toContain('delay/drift: Still learning. The reference has 4 windows');
    expect(before.card.text).toContain('window_hours: 6`');
    await found(2, 'ok', { evidence: 12.34, budget: 730, falseAlarms: '1 per 2 years' });
    const { card, data } = await desk.say('dev', 'monitors delay drift');
    expect(card.table?.rows[0]).toEqual(
      expect.arrayContaining(['ok', 'evidence 12 : 1 of 730 : 1']),
    );
    expect(data).toMatchObject({
      monitors: [{ recent: [{ figures: { evidence: 12.34, budget: 730 } }, {}] }],
    });
    expect(JSON.stringify(data)).not.toContain('large');
  });

  it('runs monitors now, once for all who ask before it is done', async () => {
    const before = desk.queued.length;
    const { card } = await desk.say('dev', 'monitors run flights');
    await desk.say('lead', 'monitors flights drift --run');
    expect(card.title).toBe('Running 2 monitors of flights');
    const [first, other, second, ...more] = desk.queued.slice(before);
    expect(other).toMatchObject({ payload: { monitor: 'performance' } });
    expect(first).toMatchObject({
      job: 'check-monitor',
      payload: { model: 'flights', environment: 'production', monitor: 'drift' },
    });
    expect(second).toMatchObject({ job: 'check-monitor', payload: { monitor: 'drift' } });
    expect(more).toEqual([]);
  });
});
