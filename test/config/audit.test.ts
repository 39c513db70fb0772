import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadWorkspace } from '../../config/workspace.ts';

const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-audit-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const people = { ann: { name: 'Ann', role: 'admin' } };
async function load(change: object) {
  const workspace = { name: 'Test', people, channels: { ml: {}, general: {} }, models: {} };
  await writeFile(join(folder, 'wheelhouse.yaml'), stringify({ ...workspace, ...change }));
  return (await loadWorkspace(folder)).audit;
}
const web = (channel: string) => ({ platform: 'web', channel });

it('posts the head of the audit log in general at six, or in the first channel', async () => {
  expect(await load({})).toEqual({ homes: [web('general')], schedule: '0 6 * * *' });
  expect((await load({ channels: { ml: {}, other: {} } })).homes).toEqual([web('ml')]);
  expect((await load({ channels: {} })).homes).toEqual([]);
});

it('posts it to the configured channel and time, on every platform of that channel', async () => {
  const channels = { general: {}, ml: { at: { slack: 'C1' } } };
  expect(await load({ channels, audit: { channel: 'ml', schedule: '30 8 * * 1' } })).toEqual({
    homes: [web('ml'), { platform: 'slack', channel: 'C1' }],
    schedule: '30 8 * * 1',
  });
});

it('names an unknown channel and an invalid schedule', async () => {
  const fault = await load({ audit: { channel: 'no', schedule: 'daily' } }).then(String, String);
  expect(fault).toContain('audit.channel: there is no channel "no"');
  expect(fault).toContain('audit.schedule: "daily" is not a cron expression; write e.g. 0 6 * * *');
});
