import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { reportOn } from '../../src/monitoring/kinds/index.ts';
import { connect } from '../../src/registry/connect.ts';
import { registryOn } from '../../src/registry/index.ts';
import { loadDump, readDump } from './dump/load.ts';
import { onlyFlights, openLibrary } from './server.ts';

/* The registry that the demo of 639ca5f wrote, read by today's code. */

const FLIGHTS = { model: 'flights', environment: 'production' };
const library = await openLibrary();
const url = new URL(library.uri);
url.pathname = `/wheelhouse_old_${randomUUID().slice(0, 8)}`;
const raw = await connect(url.href);
if (!raw.db) throw new Error('not connected');
const dump = await readDump();
await loadDump(raw.db, dump);
const registry = registryOn(raw, { clock: library.clock, models: onlyFlights });
await registry.prepare({ info() {} }, 'production');
afterAll(async () => {
  await raw.dropDatabase();
  await registry.close();
  await library.close();
});

describe('a registry that release 639ca5f wrote', () => {
  it('has nothing unknown to today’s schemas', async () => {
    const models = Object.values(raw.models);
    expect(dump.length).toBeGreaterThan(10);
    for (const { name, docs } of dump) {
      const model = models.find((one) => one.collection.collectionName === name);
      expect(model, `${name} has a schema`).toBeDefined();
      expect(docs.length > 0, `${name} holds something`).toBe(true);
      for (const row of await raw.collection(name).find({}).toArray()) {
        // Strict schemas throw for unknown fields.
        if (model) await new model(row).validate();
      }
    }
  });

  it('is read by every port', async () => {
    const { versions, runs, approvals, deployments, alerts, findings, outbox, chatLog } = registry;
    expect((await versions.list('flights')).map(({ number }) => number)).toEqual([3, 2, 1]);
    expect((await versions.evaluation('flights@2'))?.metrics).toMatchObject({});
    const kinds = (await runs.list({})).map(({ kind, status }) => `${kind} ${status}`);
    expect(kinds.toSorted()).toEqual([
      'compare succeeded',
      ...['train succeeded', 'train succeeded', 'train succeeded'],
    ]);
    const requests = await approvals.list({ model: 'flights' });
    expect(requests.map(({ version, status }) => `v${version} ${status}`)).toEqual([
      'v2 open',
      'v3 refused',
      'v2 approved',
      'v1 approved',
    ]);
    expect(requests[2]?.votes).toMatchObject([{ person: 'lead', verdict: 'approve' }]);
    const history = await deployments.history('flights', 'production');
    expect(history.map(({ version, kind, status }) => `v${version} ${kind} ${status}`)).toEqual([
      'v1 rollback live',
      'v2 promotion rolled_back',
      'v1 promotion superseded',
    ]);
    const [alert] = await alerts.list({ model: 'flights', includeResolved: true });
    expect(alert).toMatchObject({ ...FLIGHTS, monitor: 'drift', acknowledgedBy: 'dev' });
    if (!alert) throw new Error('no alert');
    expect(reportOn(alert).summary).toContain('recent_lateness');
    const drift = { monitor: 'flights/drift', environment: 'production' };
    const windows = await findings.recent(drift, undefined, 50);
    expect(windows).toHaveLength(12);
    expect(windows.flatMap(({ signals }) => signals)).toContain('recent_lateness');
    expect(await outbox.load(`alert:${alert.id}`)).toMatchObject({ state: { card: {} } });
    expect((await chatLog.channel('web', 'flights', { limit: 50 })).length).toBeGreaterThan(3);
    expect(await registry.profiles.loadCursor(FLIGHTS)).not.toEqual({});
  });

  it('has its audit events sealed, in their order and unchanged', async () => {
    const old = dump.find(({ name }) => name === 'audit')?.docs ?? [];
    const events = (await registry.audit.list({ limit: 500 })).toReversed();
    expect(old.length).toBeGreaterThan(20);
    expect(events.map(({ sequence }) => sequence)).toEqual([...events.keys()].map((n) => n + 1));
    expect(events.at(-1)).toMatchObject({ action: 'audit.sealed', after: { events: old.length } });
    expect(
      events
        .slice(0, -1)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(old.map((event) => String(event['_id'])).toSorted());
    const times = events.slice(0, -1).map(({ at }) => at.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const now = await raw.collection('audit').find({}, { promoteValues: false }).toArray();
    for (const row of old)
      expect(now.find(({ _id }) => String(_id) === row['_id'])).toMatchObject(row);
    expect((await registry.audit.verify()).fault).toBeUndefined();
  });
});
