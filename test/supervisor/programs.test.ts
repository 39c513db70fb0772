import { expect, it } from 'vitest';
import { readSettings } from '../../config/settings.ts';
import { ROLES, roleProgram } from '../../src/supervisor/programs.ts';

const SECRET = 'a-token-of-prometheus';

function programs(variables: Record<string, string>) {
  const environment = { PATH: '/bin', ...variables };
  const servers = { redisUrl: 'redis://r', mongodbUri: 'mongodb://m', token: 'token-of-the-page' };
  const names = { environment, ofAdapters: [], ofTargets: [] };
  return ROLES.map((role) => roleProgram(role, readSettings(variables), { ...servers, ...names }));
}

it('gives each role of a demo a metrics port of its own, from the one that was set', () => {
  const ports = (variables: Record<string, string>) =>
    programs(variables).map(({ env }) => env?.['WHEELHOUSE_METRICS_PORT']);
  expect(ports({ WHEELHOUSE_METRICS_PORT: '9100' })).toEqual([
    '9100',
    '9101',
    '9102',
    '9103',
    '9104',
  ]);
  expect(ports({ WHEELHOUSE_METRICS_PORT: 'off' })).toEqual(Array(5).fill('off'));
  expect(ports({})).toEqual(Array(5).fill(undefined));
});

it('hands over the secrets of metrics and traces, and shows them in no environment', () => {
  const headers = `authorization=Bearer ${SECRET}`;
  const given = { WHEELHOUSE_METRICS_TOKEN: SECRET, OTEL_EXPORTER_OTLP_HEADERS: headers };
  for (const { env, secrets } of programs(given)) {
    expect(secrets).toMatchObject(given);
    expect(JSON.stringify(env)).not.toContain(SECRET);
  }
});
