import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../config/settings.ts';
import { ConfigInvalid } from '../../config/workspace.ts';

function faultsOf(environment: NodeJS.ProcessEnv): string {
  try {
    readSettings(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigInvalid);
    return String(error);
  }
  throw new Error('these settings were taken');
}

describe('config/settings', () => {
  it('has a default for everything except the servers and the secret', () => {
    expect(readSettings({})).toEqual({
      environment: {},
      redisUrl: undefined,
      mongodbUri: undefined,
      home: resolve('.wheelhouse'),
      workspace: resolve('examples/flights'),
      host: '127.0.0.1',
      port: 4680,
      inferencePort: 4681,
      inferenceUrl: 'http://127.0.0.1:4681',
      inferenceToken: undefined,
      inferenceHosts: [],
      serveProcesses: 1,
      token: undefined,
      user: undefined,
      demo: false,
      logLevel: 'info',
      programUser: undefined,
      exposed: false,
      trainings: 1,
      drainMs: 3000,
      metrics: { host: '127.0.0.1', port: undefined, token: undefined },
    });
  });

  it('treats an empty variable as not set', () => {
    const names = [
      ...['REDIS_URL', 'MONGODB_URI', 'WHEELHOUSE_HOME', 'WHEELHOUSE_WORKSPACE', 'WHEELHOUSE_HOST'],
      ...['WHEELHOUSE_PORT', 'WHEELHOUSE_INFERENCE_PORT', 'WHEELHOUSE_INFERENCE_URL'],
      ...['WHEELHOUSE_TOKEN', 'WHEELHOUSE_USER', 'WHEELHOUSE_LOG_LEVEL', 'WHEELHOUSE_DEMO'],
      'WHEELHOUSE_TRAININGS',
    ];
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    expect(readSettings(empty)).toEqual(readSettings({}));
    expect(readSettings({ WHEELHOUSE_PORT: ' ' }).port).toBe(4680);
  });

  it('reads the variables', () => {
    expect(
      readSettings({
        REDIS_URL: 'rediss://user:kiwi3pear@redis:6379/1',
        MONGODB_URI: 'mongodb+srv://cluster/wheelhouse',
        WHEELHOUSE_PORT: '0',
        WHEELHOUSE_INFERENCE_PORT: '8080',
        WHEELHOUSE_INFERENCE_HOSTS: 'models, models.internal',
        WHEELHOUSE_TOKEN: '0123456789abcdef',
        WHEELHOUSE_DEMO: '1',
        WHEELHOUSE_TRAININGS: '4',
        SOMETHING_ELSE: 'of no concern',
      }),
    ).toMatchObject({
      port: 0,
      inferenceUrl: 'http://127.0.0.1:8080',
      inferenceHosts: ['models', 'models.internal'],
      demo: true,
      trainings: 4,
      mongodbUri: 'mongodb+srv://cluster/wheelhouse',
    });
  });

  it.each([
    ['REDIS_URL', 'http://redis'],
    ['REDIS_URL', 'redis'],
    ['MONGODB_URI', 'postgres://db'],
    ['WHEELHOUSE_PORT', '65536'],
    ['WHEELHOUSE_PORT', '-1'],
    ['WHEELHOUSE_PORT', '80.5'],
    ['WHEELHOUSE_PORT', 'http'],
    ['WHEELHOUSE_INFERENCE_URL', 'here'],
    ['WHEELHOUSE_TOKEN', 'short'],
    ['WHEELHOUSE_INFERENCE_TOKEN', 'short'],
    ['WHEELHOUSE_INFERENCE_TOKEN', 'with spaces in between'],
    ['WHEELHOUSE_INFERENCE_HOSTS', 'http://models'],
    ['WHEELHOUSE_LOG_LEVEL', 'loud'],
    ['WHEELHOUSE_DEMO', 'yes'],
    ['WHEELHOUSE_TRAININGS', '0'],
  ])('refuses %s="%s" by its name', (name, value) => {
    expect(faultsOf({ [name]: value })).toContain(name);
  });

  it('reports all errors at once, and no secrets', () => {
    const faults = faultsOf({
      WHEELHOUSE_TOKEN: 'hunter2',
      MONGODB_URI: 'postgres://me:hunter2@db',
      REDIS_URL: 'http://me:hunter2@redis',
      WHEELHOUSE_TRAININGS: 'many',
    });
    for (const name of ['WHEELHOUSE_TOKEN', 'MONGODB_URI', 'REDIS_URL', 'WHEELHOUSE_TRAININGS'])
      expect(faults).toContain(name);
    expect(faults).not.toContain('hunter2');
  });
});
