import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../config/settings.ts';
import type { Deployment } from '../../src/core/ports/deployments.ts';
import { openContainer } from '../../src/wiring/container.ts';
import { createLiveVersions } from '../../src/wiring/live-versions.ts';
import { createLog } from '../../src/wiring/log.ts';
import { onlyFlights } from '../registry/server.ts';

describe('wiring', () => {
  it('names missing settings, and starts nothing', async () => {
    const log = createLog('test', 'silent');
    await expect(openContainer(readSettings({}), log)).rejects.toMatchObject({
      message: 'MONGODB_URI is not set, so nothing was started.',
      next: expect.stringContaining('npm run demo'),
    });
    const nowhere = readSettings({ WHEELHOUSE_WORKSPACE: '/nowhere/at/all' });
    await expect(openContainer(nowhere, log)).rejects.toThrow(/nowhere/);
  });

  it('logs on standard error alone, and no secret', async () => {
    const script = `
      import { createLog } from './src/wiring/log.ts';
      const log = createLog('test', 'info');
      log.info({ token: 's3cret', a: { password: 's3cret' }, headers: { authorization: 's3cret', cookie: 's3cret' } }, 'hello');
      log.debug({}, 'not at this level');`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      ...['--import', 'tsx', '--input-type=module', '-e', script],
    ]);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(stderr)).toMatchObject({ role: 'test', msg: 'hello', token: '[Redacted]' });
    expect(stderr).not.toContain('s3cret');
  });

  it('serves what is live of models that it knows', async () => {
    const live = (model: string): Deployment => ({
      ...{ id: `deployment-${model}`, model, version: 2, environment: 'production' },
      ...{
        status: 'live',
        kind: 'promotion',
        by: 'dev',
        reason: '',
        artifact: 'a',
        since: new Date(),
      },
    });
    const earlier = (id: string, version: number, status: Deployment['status']): Deployment => ({
      ...{ ...live('flights'), id, version, artifact: `artifact-${version}`, status },
    });
    const past = [
      live('flights'),
      earlier('d5', 5, 'rolled_back'),
      earlier('d4', 4, 'superseded'),
      // It passed once, and was rolled back later.
      earlier('d3', 5, 'superseded'),
      earlier('d1', 1, 'superseded'),
    ];
    const heard: string[] = [];
    const listeners = new Set<(message: string) => void>();
    const versions = createLiveVersions(
      {
        allLive: async () => [live('flights'), live('forgotten')],
        history: async () => past,
        allOutOfService: async () => [
          {
            deployment: { ...live('flights'), environment: 'staging' },
            ...{ by: 'lead', reason: 'wrong', at: new Date(0) },
          },
        ],
        find: async () => undefined,
      },
      { list: async () => [] },
      { ...onlyFlights, list: () => [onlyFlights.get('flights')] },
      {
        publish: async () => {},
        subscribe(topic, listener) {
          heard.push(topic);
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      async () => undefined,
      { whyNot: async () => undefined, ready: async () => true },
    );
    expect(await versions.list()).toEqual([
      {
        ...{ model: 'flights', environment: 'production', version: 2, artifact: 'a' },
        ...{ deployment: 'deployment-flights', features: {}, nullCategory: '', task: 'binary' },
        before: [
          expect.objectContaining({ version: 4, deployment: 'd4', artifact: 'artifact-4' }),
          expect.objectContaining({ version: 1, deployment: 'd1', artifact: 'artifact-1' }),
        ],
      },
      {
        ...{ model: 'flights', environment: 'staging', version: 2, artifact: 'a' },
        ...{ deployment: 'deployment-flights', features: {}, nullCategory: '', task: 'binary' },
        before: [],
        outOfService: { why: 'taken out of service by lead: wrong', at: new Date(0) },
      },
    ]);
    const stop = versions.onChange(() => heard.push('changed'));
    for (const listener of listeners) listener('flights');
    stop();
    expect(heard).toEqual(['deployments', 'changed']);
    expect(listeners.size).toBe(0);
  });
});
