import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineOrder, EngineSpec } from '../../../../src/core/engine.ts';
import { Refused, Unreachable } from '../../../../src/core/errors.ts';
import { ray } from '../../../../src/training/engines/ray/index.ts';
import { createProgramUsers } from '../../../../src/training/engines/users.ts';
import { createRunFolders } from '../../../../src/training/folders.ts';
import { until } from '../../runner.ts';
import { processesWith } from '../processes.ts';
import { openSlots } from '../slots.ts';
import { openDouble } from './double.ts';

/** Of `rows`. */
const HASH = 'bc51e9e65d79e1c90ba544ab2eae1044ccdf8c1af7a559ba375cba4276f7d99e';
const WINDOW = { from: new Date(0), to: new Date(1) };

describe('engines/ray', () => {
  let folder = '';
  let double: Awaited<ReturnType<typeof openDouble>>;
  let slots: Awaited<ReturnType<typeof openSlots>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wheelhouse-ray-'));
    await mkdir(join(folder, 'workspace'));
    await writeFile(join(folder, 'rows'), 'rows');
    double = await openDouble({ token: 'a-token' });
    slots = await openSlots({ [HASH]: join(folder, 'rows') });
  });
  afterAll(async () => {
    await double.close();
    await slots.close();
    await rm(folder, { recursive: true, force: true });
  });

  const spec = (settings: object = {}): EngineSpec => ({
    name: 'ray',
    ...ray.schema.parse({ kind: 'ray', url: double.url, token_env: 'RAY_TOKEN', ...settings }),
  });
  const reach = (token: string | undefined = 'a-token') => ({
    ...{ runFolders: createRunFolders(folder), users: createProgramUsers(), signed: slots.signed },
    ...{ secret: () => token, signal: new AbortController().signal },
  });
  const order = (script: string, job: EngineOrder['job'] = {}): EngineOrder => ({
    ...{ id: `run-${randomUUID().slice(0, 8)}`, argv: [process.execPath, '-e', script] },
    ...{ folder: join(folder, 'workspace'), timeoutMs: 60_000, outputBytes: 1000, job },
    request: {
      ...{ run: 'run', model: 'flights', window: WINDOW, parameters: {}, features: {} },
      ...{ label: 'late', task: 'binary', null_category: '' },
    },
    data: { path: join(folder, 'rows'), sha256: HASH },
  });
  const LASTING = 'setInterval(() => {}, 1000);';
  const stateOf = async (handle: Awaited<ReturnType<typeof ray.start>>) =>
    (await ray.resume(spec(), handle, reach())).status;

  it('sends the token, and says what is wrong without it', async () => {
    expect(await ray.look(spec(), reach())).toMatch(/^Ray 2\.60\.0 at http:/);
    expect(ray.variables(spec())).toEqual(['RAY_TOKEN']);
    const refused = await ray.start(spec(), order(''), reach('another')).catch((error) => error);
    expect(refused).toBeInstanceOf(Unreachable);
    expect(String(refused)).toContain('401');
    const { secret: _, ...rest } = reach();
    const unset = ray.look(spec(), { ...rest, secret: () => undefined });
    await expect(unset).rejects.toThrow('RAY_TOKEN is not set');
  });

  it('ends a job that waits before its program starts, though Ray keeps it in its queue', async () => {
    const words = [randomUUID(), randomUUID()];
    const [first, second] = await Promise.all(
      words.map((word) => ray.start(spec(), order(`// ${word}\n${LASTING}`, { cpu: 3 }), reach())),
    );
    if (first === undefined || second === undefined) throw new Error('not started');
    const states = await Promise.all([first, second].map(stateOf));
    expect(states.toSorted()).toEqual(['queued', 'running']);
    const [runs, waits] = states[0] === 'running' ? [first, second] : [second, first];
    await ray.cancel(spec(), waits, reach());
    expect(await stateOf(waits)).toBe('queued');
    await ray.forget(spec(), waits, reach());
    await ray.cancel(spec(), runs, reach());
    await until('its turn came', async () => (await stateOf(waits)) === 'stopped');
    expect(words.flatMap(processesWith)).toEqual([]);
    for (const handle of [waits, runs, waits]) await ray.forget(spec(), handle, reach());
    expect(await stateOf(waits)).toBe('gone');
  });

  it('stops what has waited too long', async () => {
    const handle = await ray.start(spec(), order(LASTING, { cpu: 40 }), reach());
    // Longer than the smallest step of its clock.
    await wait(10);
    const state = await ray.resume(spec({ start_minutes: 1e-6 }), handle, reach());
    expect(state).toMatchObject({
      status: 'failed',
      why: expect.stringContaining('so it was stopped'),
    });
    await ray.cancel(spec(), handle, reach());
  });

  it('says that a head was restarted, and leaves nothing running', async () => {
    const word = randomUUID();
    const handle = await ray.start(spec(), order(`// ${word}\n${LASTING}`), reach());
    await until('it runs', async () => processesWith(word).length === 1);
    await double.restart();
    const state = await ray.resume(spec(), handle, reach());
    expect(state).toMatchObject({
      status: 'gone',
      why: expect.stringContaining('its head was restarted'),
    });
    await until('nothing is left', async () => processesWith(word).length === 0);
    await ray.cancel(spec(), handle, reach());
    await ray.forget(spec(), handle, reach());
  });

  it('is gone for good when it is forgotten right after its end', async () => {
    const asked = order('');
    const handle = await ray.start(spec(), asked, reach());
    await until('it has ended', async () => !['queued', 'running'].includes(await stateOf(handle)));
    await ray.forget(spec(), handle, reach());
    await wait(1500);
    expect(double.jobs()).not.toContain(asked.id);
  });

  it('sends a workspace once, and not at all where the machines have it', async () => {
    const here = order('');
    await ray.start(spec(), here, reach());
    await ray.start(spec(), order(''), reach());
    expect(double.packages()).toHaveLength(1);
    await writeFile(join(here.folder, 'new.py'), 'pass');
    await ray.start(spec(), order('', { folder: here.folder }), reach());
    expect(double.packages()).toHaveLength(1);
    await ray.start(spec(), order(''), reach());
    expect(double.packages()).toHaveLength(2);
  });

  it('refuses what cannot be, before anything is sent', async () => {
    const { signed: _, ...rest } = reach();
    const without = ray.start(spec(), order(''), { ...rest, signed: undefined });
    await expect(without).rejects.toThrow(Refused);
    for (const wrong of [
      { url: 'ray:8265' },
      { url: 'ftp://ray' },
      { token_env: 'a b' },
      { gpus: -1 },
    ])
      expect(ray.schema.safeParse({ kind: 'ray', url: double.url, ...wrong }).success).toBe(false);
  });
});
