import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadWorkspace } from '../../config/workspace.ts';
import { specIn } from '../../src/core/model.ts';
import { targetVariables } from '../../src/wiring/targets.ts';

const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-targets-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const example = parse(await readFile('examples/flights/wheelhouse.yaml', 'utf8'));
const HOOK = { kind: 'webhook', url: 'https://edge.example.com', secret_env: 'EDGE_SECRET' };

async function load(targets: unknown, rules: object = {}, path?: string) {
  const { flights } = example.models;
  const model = { ...flights, ...(targets === undefined ? {} : { targets }), environments: rules };
  const environments = ['staging', 'production'];
  const file = { ...example, environments, traffic: undefined, models: { flights: model } };
  await writeFile(
    join(folder, 'wheelhouse.yaml'),
    stringify(file, { aliasDuplicateObjects: false }),
  );
  return loadWorkspace(folder, { path });
}
const refused = (targets: unknown, rules?: object, path?: string) =>
  load(targets, rules, path).then(() => 'it was accepted', String);

describe('config: targets', () => {
  it('has none by default, and fills in the defaults of a kind', async () => {
    expect((await load(undefined)).models.get('flights').targets).toEqual([]);
    const workspace = await load({ edge: HOOK }, { staging: { targets: {} } });
    const spec = workspace.models.get('flights');
    expect(specIn(spec, 'production').targets).toEqual([
      {
        ...{ name: 'edge', kind: 'webhook', timeoutMs: 30_000, settleMs: 120_000 },
        settings: { url: HOOK.url, secret_env: 'EDGE_SECRET' },
      },
    ]);
    expect(specIn(spec, 'staging').targets).toEqual([]);
    expect(targetVariables(workspace)).toEqual(['EDGE_SECRET']);
  });

  it.each<[string, object, string]>([
    [
      'no kind',
      { edge: { url: HOOK.url } },
      'targets.edge.kind: expected kind: webhook or command',
    ],
    ['an unknown kind', { edge: { kind: 'webhok' } }, 'Did you mean "webhook"'],
    ['an unknown key', { edge: { ...HOOK, observ_url: 'x' } }, 'Did you mean "observe_url"'],
    [
      'a key of another kind',
      { edge: { ...HOOK, apply: ['sh'] } },
      'targets.edge.apply: unknown key',
    ],
    ['a missing secret', { edge: { ...HOOK, secret_env: undefined } }, 'secret_env: '],
    ['a command as text', { edge: { kind: 'command', apply: 'sh x.sh' } }, 'edge.apply: '],
    ['an empty command', { edge: { kind: 'command', apply: [] } }, 'edge.apply: '],
    ['a bad name', { 'Edge 1': HOOK }, 'targets.Edge 1: expected up to 41'],
    [
      'a twin in a cluster',
      { one: { kind: 'kserve' }, two: { kind: 'kserve', mode: 'knative' } },
      'targets.two: the same service as the target "one"',
    ],
    [
      'fewer replicas at most than at least',
      { edge: { kind: 'kserve', min_replicas: 3, max_replicas: 2 } },
      'targets.edge.max_replicas: must not be less than min_replicas',
    ],
    ['a twin', { one: HOOK, two: HOOK }, 'targets.two: the same url as the target "one"'],
  ])('refuses %s', async (_, targets, words) => {
    expect(await refused(targets)).toContain(words);
  });

  it('refuses a twin in the rules of an environment', async () => {
    const rules = { production: { targets: { one: HOOK, two: HOOK } } };
    expect(await refused({}, rules)).toContain(
      'models.flights.environments.production.targets.two: the same url',
    );
  });

  it('looks for the programs of a command where they run', async () => {
    const edge = { kind: 'command', apply: ['no-such-program'], observe: ['sh', 'gone.sh'] };
    const words = await refused({ edge }, {}, process.env['PATH']);
    expect(words).toContain('targets.edge.apply[0]: "no-such-program" is not on PATH');
    expect(words).toContain('targets.edge.observe[1]: there is no gone.sh in');
  });
});
