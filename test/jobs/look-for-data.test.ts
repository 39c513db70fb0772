import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { lookForData } from '../../jobs/look-for-data.ts';
import { folder as folderKind } from '../../src/data/sources/folder/index.ts';
import { s3 as s3Kind } from '../../src/data/sources/s3/index.ts';
import { secretOf } from '../data/sources/s3/fixture.ts';
import { type Double, startDouble } from '../objects/s3/double/server.ts';
import { overwrite } from '../objects/s3/servers.ts';
import { everyWrite } from '../sweep.ts';
import { dieAt, type Harness, openHarness } from './harness.ts';

const source = { name: 'new', ...folderKind.schema.parse({ kind: 'folder', path: 'new' }) };

let harness: Harness;
let bucket: Double;
beforeAll(async () => {
  bucket = await startDouble();
  const { endpoint, bucket: name } = bucket;
  const lake = s3Kind.schema.parse({ kind: 's3', bucket: name, endpoint, max_mb: 0.1 });
  harness = await openHarness({ data: [source, { name: 'lake', ...lake }] }, (variable) =>
    secretOf(bucket, variable),
  );
  await mkdir(join(harness.spec.folder, 'new'), { recursive: true });
});
afterAll(async () => {
  await harness.end();
  await bucket.close();
});

const fileAt = (name: string) => join(harness.spec.folder, 'new', name);

/** A month of `rows` rows, as CSV. */
function month(name: string, rows: number, row = (at: number) => `${at % 2000},AA,${at % 2}`) {
  const lines = Array.from({ length: rows }, (_, at) => `${row(at)},2001-${name}T00:00:00Z`);
  return `distance,carrier,late,time\n${lines.join('\n')}\n`;
}

let looks = 0;
async function look(payload = { model: 'flights', source: 'new', look: String(looks++) }) {
  const error = await harness.perform(lookForData, payload);
  if (error !== undefined) throw error;
  harness.clock.forward(60);
}
const arrivals = () => harness.arrivals.list({ model: 'flights', limit: 100 });
const named = async (name: string) => (await arrivals()).find((one) => one.name === `new/${name}`);
const events = async (subject: string) =>
  (await harness.audit.list({ subject })).map(({ action }) => action);

describe('looking for data', () => {
  it('takes a file once it has looked alike at two looks', async () => {
    await writeFile(fileAt('01.csv'), month('01-05', 400));
    await look();
    expect(await arrivals()).toEqual([]);
    await look();
    const arrival = await named('01.csv');
    expect(arrival).toMatchObject({
      ...{ status: 'accepted', rows: 400, source: 'new' },
      times: { from: new Date('2001-01-05'), to: new Date('2001-01-05') },
    });
    expect(await events(arrival?.id ?? '')).toEqual(['data.accepted']);
    expect(await harness.shown(`arrival:${arrival?.id}`)).toBeUndefined();
  });

  it('does not take a retry of the same look for a second one, nor a file that grows', async () => {
    const text = month('02-05', 380);
    await writeFile(fileAt('02.csv'), text.slice(0, 2000));
    const payload = { model: 'flights', source: 'new', look: 'again' };
    await look(payload);
    await look(payload);
    expect(await named('02.csv')).toBeUndefined();
    await writeFile(fileAt('02.csv'), text);
    await look();
    expect(await named('02.csv')).toBeUndefined();
    await look();
    expect(await named('02.csv')).toMatchObject({ rows: 380 });
  });

  it('knows the same data under another name, and at another time', async () => {
    const before = (await arrivals()).length;
    await writeFile(fileAt('copy.csv'), month('01-05', 400));
    await rename(fileAt('02.csv'), fileAt('02-renamed.csv'));
    await utimes(fileAt('01.csv'), new Date(), new Date());
    for (const _ of [1, 2, 3]) await look();
    expect(await arrivals()).toHaveLength(before);
    // The next look finds nothing new.
    const known = await harness.arrivals.sightings('flights', 'new');
    expect(known.map(({ name }) => name).toSorted()).toEqual([
      'new/01.csv',
      'new/02-renamed.csv',
      'new/copy.csv',
    ]);
    expect(known.every(({ sha256 }) => sha256 !== undefined)).toBe(true);
  });

  it('names a file that cannot be read once, and takes it when it is complete', async () => {
    await writeFile(fileAt('03.parquet'), 'PAR1 and no more');
    for (const _ of [1, 2, 3]) await look();
    const [{ subject } = { subject: 'none:none' as const }] = (
      await harness.outbox.undelivered(['web'])
    )
      .filter((one) => one.startsWith('file:'))
      .map((subject) => ({ subject }));
    expect((await harness.shown(subject))?.title).toBe(
      'New data of flights cannot be read: new/03.parquet',
    );
    expect((await harness.outbox.load(subject))?.revision).toBe(1);
    await rename(fileAt('03.parquet'), fileAt('03.csv'));
    await writeFile(fileAt('03.csv'), month('03-05', 420));
    for (const _ of [1, 2]) await look();
    expect(await named('03.csv')).toMatchObject({ status: 'accepted' });
  });

  it('puts bad data in quarantine, with buttons', async () => {
    await writeFile(
      fileAt('04.csv'),
      month('04-05', 400, () => ',AA,7'),
    );
    for (const _ of [1, 2]) await look();
    const arrival = await named('04.csv');
    expect(arrival?.status).toBe('quarantined');
    const bad = arrival?.checks.filter(({ status }) => status === 'bad').map(({ name }) => name);
    expect(bad).toEqual(['nulls', 'labels']);
    const card = await harness.shown(`arrival:${arrival?.id}`);
    expect(card).toMatchObject({
      title: 'New data of flights is in quarantine: new/04.csv',
      tone: 'warning',
      actions: [
        { label: 'Use anyway', command: 'admit' },
        { label: 'Discard', command: 'discard' },
      ],
    });
    expect(card?.facts).toContainEqual({ label: 'From', value: '5 Apr 2001' });
    expect(card?.text).toContain(
      'The label "late" is "7", which the model does not know (400 rows).',
    );
    expect(await events(arrival?.id ?? '')).toEqual(['data.quarantined']);
  });

  it('goes on after one file that it may not read', async () => {
    await writeFile(fileAt('05.jsonl'), '{"distance": 1, "carrier"');
    await writeFile(fileAt('06.csv'), month('06-05', 410));
    for (const _ of [1, 2]) await look();
    expect(await named('05.jsonl')).toBeUndefined();
    expect(await named('06.csv')).toMatchObject({ status: 'accepted' });
  });

  it('says once that a source cannot be looked at', async () => {
    const missing = { ...source, settings: { path: 'nowhere' } };
    const models = modelsOf([{ ...harness.spec, data: [missing] }]);
    for (const name of ['a', 'b'])
      expect(
        await harness.perform(
          lookForData,
          { model: 'flights', source: 'new', look: name },
          { models },
        ),
      ).toMatchObject({ blame: 'user' });
    const told = (await harness.outbox.undelivered(['web'])).filter((one) =>
      one.startsWith('source:'),
    );
    expect(told).toHaveLength(1);
    expect((await harness.shown(told[0] ?? 'none:none'))?.text).toMatch(
      /there is no folder .*nowhere/,
    );
  });

  it('judges each arrival once, however often it dies', async () => {
    await writeFile(fileAt('07.csv'), month('07-05', 390));
    await writeFile(fileAt('08.csv'), month('07-05', 390));
    await writeFile(fileAt('09.csv'), month('09-05', 3));
    await look();
    const before = (await arrivals()).length;
    for (const at of everyWrite()) {
      const payload = { model: 'flights', source: 'new', look: String(looks++) };
      if (!(await dieAt(harness, lookForData, payload, at))) break;
    }
    await look();
    expect(await arrivals()).toHaveLength(before + 2);
    const bad = await named('09.csv');
    expect(await events(bad?.id ?? '')).toEqual(['data.quarantined']);
    expect(await harness.shown(`arrival:${bad?.id}`)).toBeDefined();
  });

  it('posts a quarantine also if it died before, and the file is gone since', async () => {
    await writeFile(fileAt('10.csv'), month('10-05', 2));
    await look();
    // The second look dies after it stored the arrival.
    const payload = { model: 'flights', source: 'new', look: String(looks++) };
    for (let at = 0; (await named('10.csv')) === undefined; at += 1)
      await dieAt(harness, lookForData, payload, at);
    const bad = await named('10.csv');
    expect(await harness.shown(`arrival:${bad?.id}`)).toBeUndefined();
    await rm(fileAt('10.csv'));
    await look();
    expect(await events(bad?.id ?? '')).toEqual(['data.quarantined']);
    expect(await harness.shown(`arrival:${bad?.id}`)).toBeDefined();
  });

  it('takes the objects of a bucket at the first look, and says once what it leaves out', async () => {
    const put = (name: string, text: string) => overwrite(bucket, name, Buffer.from(text));
    await put('11.csv', month('11-05', 402));
    await put('large.csv', month('12-05', 6000));
    const lake = () => look({ model: 'flights', source: 'lake', look: String(looks++) });
    for (const _ of [1, 2]) await lake();
    const found = (await arrivals()).filter((one) => one.source === 'lake');
    expect(found).toMatchObject([{ status: 'accepted', rows: 402 }]);
    expect(found[0]?.name).toMatch(/\/data\/flights\/lake\/11\.csv$/);
    const told = (await harness.outbox.undelivered(['web'])).filter((one) =>
      one.startsWith('file:'),
    );
    const texts = await Promise.all(told.map(async (one) => (await harness.shown(one))?.text));
    const about = texts.filter((text) => text?.includes('max_mb'));
    expect(about).toEqual([expect.stringMatching(/^It is larger than 0.1 MB/)]);
    expect(await harness.arrivals.excluded('flights')).toEqual(
      expect.arrayContaining([expect.stringMatching(/lake\/large\.csv$/)]),
    );
    // It is small enough now, and overwrites what was judged before.
    await put('large.csv', month('12-05', 404));
    await put('11.csv', month('11-06', 403));
    await lake();
    const after = (await arrivals()).filter((one) => one.source === 'lake');
    expect(after.map(({ rows }) => rows).toSorted()).toEqual([402, 403, 404]);
  });
});
