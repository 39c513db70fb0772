import { afterAll, describe, expect, it } from 'vitest';
import { createProfileReader } from '../../src/wiring/profile-reader.ts';
import { openLibrary } from '../registry/server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { versions, deployments, profiles } = library.registry;
const reader = createProfileReader(profiles, versions, deployments, ['production', 'staging']);

const FLIGHTS = { model: 'flights', environment: 'production' };
const at = (text: string) => new Date(`2001-02-${text}:00Z`);

const make = (run: string) =>
  versions.register({
    model: 'flights',
    run,
    artifact: { sha256: 'a'.repeat(64), bytes: 1 },
    dataset: { window: { from: at('01T00:00'), to: at('02T00:00') }, sha256: 'd', rows: 1 },
    parameters: {},
    code: { revision: 'abc', dirty: false },
    runtime: {},
    reported: {},
    createdBy: 'dev',
  });

const predicted = (
  version: number,
  bucket: Date,
  latest: Date,
  { score = true, untimed = false, endpoint = FLIGHTS } = {},
) =>
  profiles.save(
    {
      ...(untimed && { untimed }),
      ...{ ...endpoint, version, bucket, minutes: 60, rows: 1, latest },
      features: { 'a.b$': { n: version } },
      answers: score ? { score: { n: 0.5 } } : {},
      applied: {},
      revision: 0,
    },
    0,
  );

describe('wiring/profile-reader', () => {
  it('knows nothing before the first prediction', async () => {
    await make('run-1');
    expect(await reader.watermark('flights')).toBeUndefined();
    expect(await reader.newest(FLIGHTS, 1, false)).toBeUndefined();
    expect(await reader.buckets(FLIGHTS, new Date(0), { version: 1, untimed: false })).toEqual([]);
    expect(await reader.within(FLIGHTS, 1, { from: new Date(0), to: new Date() })).toEqual([]);
  });

  it('reads how far a version goes, and its buckets by column', async () => {
    await predicted(1, at('01T00:00'), at('01T00:50'));
    await predicted(1, at('03T05:00'), at('03T05:20'), { score: false });
    expect(await reader.newest(FLIGHTS, 1, false)).toEqual(at('03T05:20'));
    expect(await reader.newest(FLIGHTS, 1, true)).toBeUndefined();
    const buckets = (from: Date, untimed = false) =>
      reader.buckets(FLIGHTS, from, { version: 1, untimed });
    const rows = [at('01T00:00'), at('03T05:00')].map((bucket) => ({ bucket, rows: 1 }));
    expect(await buckets(new Date(0))).toEqual(rows);
    expect(await buckets(at('02T00:00'))).toEqual(rows.slice(1));
    expect(await buckets(at('04T00:00'))).toEqual([]);
    expect(await buckets(new Date(0), true)).toEqual([]);
    const window = { from: at('01T00:00'), to: at('03T05:00') };
    expect(await reader.within(FLIGHTS, 1, window)).toEqual([
      { 'a.b$': { n: 1 }, score: { n: 0.5 } },
    ]);
  });

  it('finds the newest prediction of what is live, however many versions came after it', async () => {
    await deployments.deploy({
      ...{ id: 'deployment-1', model: 'flights', version: 1, environment: 'production' },
      ...{ artifact: 'a'.repeat(64), by: 'dev', reason: 'test', approval: 'approval-1' },
    });
    for (let n = 2; n < 25; n += 1) await make(`run-${n}`);
    await predicted(24, at('02T00:00'), at('02T00:10'));
    expect(await reader.watermark('flights')).toEqual(at('03T05:20'));
  });
  it('lets no row without a time make a replay of old days look old', async () => {
    await predicted(24, new Date('2026-11-30T03:00:00Z'), new Date('2026-11-30T03:10:00Z'), {
      untimed: true,
    });
    expect(await reader.watermark('flights')).toEqual(at('03T05:20'));
  });

  it('ends with the watermark of the environment, if one is named', async () => {
    const endpoint = { model: 'flights', environment: 'staging' };
    await predicted(24, at('05T00:00'), at('05T00:10'), { endpoint });
    expect(await reader.watermark('flights', 'production')).toEqual(at('03T05:20'));
    expect(await reader.watermark('flights', 'staging')).toEqual(at('05T00:10'));
    expect(await reader.watermark('flights')).toEqual(at('05T00:10'));
  });

  it('uses the rows without a time if there are no others', async () => {
    const now = new Date('2026-11-30T03:10:00Z');
    const only = createProfileReader(
      { ...profiles, watermark: async (_model, _version, untimed) => (untimed ? now : undefined) },
      versions,
      deployments,
      ['production'],
    );
    expect(await only.watermark('flights')).toEqual(now);
  });
});
