import { afterAll, describe, expect, it } from 'vitest';
import { auditIn } from '../../src/registry/audit.ts';
import { openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock } = library;
const { audit } = library.registry;

const event = (id: string, subject: string, model?: string) => ({
  id,
  by: 'ada',
  action: 'promote',
  subject,
  via: 'web',
  before: null,
  after: { status: 'live', 'dotted.key': [1, 2] },
  ...(model === undefined ? {} : { model }),
});

describe('registry/audit', () => {
  it('writes an event once, with its time, and lists the newest first', async () => {
    const first = event('e1', 'deployment:1', 'flights');
    const at = clock.now();
    await audit.record(first);
    clock.forward(1);
    await audit.record({ ...first, by: 'eve' });
    await audit.record(event('e2', 'deployment:2'));
    const [newest, oldest, ...others] = await audit.list({});
    expect(newest).toEqual({ ...event('e2', 'deployment:2'), at: clock.now() });
    expect(oldest).toEqual({ ...first, at });
    expect(others).toEqual([]);
    const ids = async (filter: Parameters<typeof audit.list>[0]) =>
      (await audit.list(filter)).map(({ id }) => id);
    expect(await ids({ model: 'flights' })).toEqual(['e1']);
    expect(await ids({ subject: 'deployment:2' })).toEqual(['e2']);
    expect(await ids({ limit: 1 })).toEqual(['e2']);
  });

  it('is only ever added to', async () => {
    const connection = await library.connect();
    auditIn(connection, clock);
    const model = connection.model('AuditEvent');
    const refusal = 'An audit event is written once';
    await expect(model.updateOne({}, { by: 'eve' })).rejects.toThrow(refusal);
    await expect(model.updateMany({}, { by: 'eve' })).rejects.toThrow(refusal);
    await expect(model.findOneAndUpdate({}, { by: 'eve' })).rejects.toThrow(refusal);
    await expect(model.findOneAndReplace({}, {})).rejects.toThrow(refusal);
    await expect(model.findOneAndDelete({})).rejects.toThrow(refusal);
    await expect(model.deleteOne({})).rejects.toThrow(refusal);
    await expect(model.deleteMany({})).rejects.toThrow(refusal);
    expect(await audit.list({})).toHaveLength(2);
  });
});
