import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadWorkspace } from '../../config/workspace.ts';
import { specIn } from '../../src/core/model.ts';
import { holds, holdsSomewhere, roleIn } from '../../src/core/people.ts';

const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-environments-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const drift = { important: ['distance'] };
const flights = {
  channel: 'ml',
  features: { distance: 'number' },
  label: 'late',
  dataset: ['node', 'dataset.mjs'],
  train: ['node', 'train.mjs'],
  training: { from: '2001-01-01', to: '2001-02-01' },
  approval: { needed: 2 },
  monitors: { drift },
};
const workspace = {
  name: 'Test',
  channels: { ml: {}, try: {}, mine: {} },
  people: {
    ann: { name: 'Ann', roles: { staging: 'approver' } },
    ben: { name: 'Ben', role: 'approver', roles: { production: 'viewer' } },
    cat: { name: 'Cat', role: 'admin' },
    dan: { name: 'Dan', role: 'approver' },
  },
  environments: {
    production: {},
    staging: { channel: 'try', approval: { needed: 1 }, monitors: {}, url: 'http://other:4681/' },
  },
  models: { flights },
};

async function load(change: object = {}) {
  await writeFile(join(folder, 'wheelhouse.yaml'), stringify({ ...workspace, ...change }));
  return loadWorkspace(folder);
}
const faults = (change: object) => load(change).then(String, String);

describe('config/environments', () => {
  it('reads a list of names as before, and production if there is none', async () => {
    const people = { cat: { name: 'Cat', role: 'admin' }, dan: { name: 'Dan', role: 'admin' } };
    const { environments } = await load({ environments: ['live', 'try'], people });
    expect(environments.list()).toEqual(['live', 'try']);
    expect(environments.get(undefined)).toBe('live');
    expect(environments.first).toBe('live');
    const none = await load({ environments: undefined, people });
    expect(none.environments.list()).toEqual(['production']);
  });

  it('gives an environment its own channel, approval rule and monitors', async () => {
    const { models, environments, urls } = await load();
    expect(environments.list()).toEqual(['production', 'staging']);
    expect(urls).toEqual({ staging: 'http://other:4681' });
    const spec = models.get('flights');
    const production = specIn(spec, 'production');
    expect(production).toMatchObject({ channel: 'ml', approval: { needed: 2, expiresHours: 24 } });
    expect(production.monitors).toHaveLength(1);
    const staging = specIn(spec, 'staging');
    expect(staging).toMatchObject({ channel: 'try', approval: { needed: 1, expiresHours: 24 } });
    expect(staging.homes).toEqual([{ platform: 'web', channel: 'try' }]);
    expect(staging.monitors).toEqual([]);
  });

  it('lets a model override it', async () => {
    const own = { channel: 'mine', monitors: { drift: { ...drift, window_hours: 24 } } };
    const { models } = await load({
      models: { flights: { ...flights, environments: { staging: own } } },
    });
    const staging = specIn(models.get('flights'), 'staging');
    expect(staging).toMatchObject({ channel: 'mine', approval: { needed: 1 } });
    expect(staging.monitors).toMatchObject([{ name: 'drift', windowHours: 24 }]);
  });

  it('gives people a role in each environment, and the lowest by default', async () => {
    const { people } = await load();
    const [ann, ben] = [people.byId('ann'), people.byId('ben')];
    if (!ann || !ben) throw new Error('nobody there');
    expect(roleIn(ann)).toBe('viewer');
    expect(roleIn(ann, 'staging')).toBe('approver');
    expect(holds(ann, 'operator', 'production')).toBe(false);
    expect(holdsSomewhere(ann, 'approver')).toBe(true);
    expect(holds(ben, 'approver', 'staging')).toBe(true);
    expect(holds(ben, 'operator', 'production')).toBe(false);
    const approvers = (where: string) => people.atLeast('approver', where).map(({ id }) => id);
    expect(approvers('staging')).toEqual(['ann', 'ben', 'cat', 'dan']);
    expect(approvers('production')).toEqual(['cat', 'dan']);
  });

  it('raises every role of a person who has a higher one through a platform', async () => {
    const { people } = await load({ access: { slack: { groups: { S1: 'operator' } } } });
    people.link({ platform: 'slack', user: 'U1', person: 'ben' });
    const ben = people.of({ platform: 'slack', user: 'U1', groups: ['S1'] });
    expect(ben).toMatchObject({ role: 'approver', roles: { production: 'operator' } });
  });

  it('gives a group roles by environment, and takes the higher one where several give some', async () => {
    const access = {
      slack: {
        groups: { S1: { roles: { staging: 'approver' } }, S2: 'operator' },
        channels: { C1: { role: 'operator', roles: { production: 'viewer' } } },
      },
    };
    const { people } = await load({ access });
    const inGroups = (...groups: string[]) => people.of({ platform: 'slack', user: 'U1', groups });
    expect(inGroups()).toBeUndefined();
    expect(inGroups('S1')).toMatchObject({ role: 'viewer', roles: { staging: 'approver' } });
    expect(inGroups('S1', 'S2')).toMatchObject({
      role: 'operator',
      roles: { staging: 'approver' },
    });
    const there = people.of(
      { platform: 'slack', user: 'U1', groups: ['S1'] },
      { platform: 'slack', channel: 'C1' },
    );
    expect(there).toMatchObject({
      ...{ role: 'operator', roles: { staging: 'approver', production: 'viewer' } },
    });
    people.link({ platform: 'slack', user: 'U2', person: 'ben' });
    const ben = people.of({ platform: 'slack', user: 'U2', groups: ['S1'] });
    expect(ben && roleIn(ben, 'staging')).toBe('approver');
    expect(ben && roleIn(ben, 'production')).toBe('viewer');
    const wrong = { slack: { groups: { S1: { roles: { prod: 'admin' } }, S2: 'boss' } } };
    const said = await faults({ access: wrong });
    expect(said).toContain('access.slack.groups.S1.roles.prod: unknown environment');
    expect(said).toContain('access.slack.groups.S2: expected one of viewer, operator');
  });

  it('reports contradictions', async () => {
    expect(await faults({ environments: [] })).toContain('environments: at least one is needed');
    expect(await faults({ environments: ['a', 'a'] })).toContain('a name is listed twice');
    expect(await faults({ environments: ['v2'] })).toContain('environments.v2: the address of');
    expect(await faults({ environments: ['Prod'] })).toContain('environments.Prod: expected up to');
    expect(await faults({ environments: { production: { chanel: 'ml' } } })).toContain(
      'environments.production.chanel: unknown key. Did you mean "channel"?',
    );
    expect(await faults({ environments: { production: { channel: 'no' } } })).toContain(
      'environments.production.channel: there is no channel "no"',
    );
    const monitors = { drift: { important: ['weight'] } };
    expect(await faults({ environments: { production: { monitors } } })).toContain(
      'environments.production.monitors.drift.important: no feature "weight"',
    );
    const own = { prod: { channel: 'ml' } };
    expect(await faults({ models: { flights: { ...flights, environments: own } } })).toContain(
      'models.flights.environments.prod: unknown environment; expected production, staging',
    );
    const people = { ann: { name: 'Ann', roles: { stagin: 'approver' } } };
    const found = await faults({ people });
    expect(found).toContain('people.ann.roles.stagin: unknown environment');
    expect(found).toContain('2 approvals are needed, but only 0 people can approve in production');
  });
});
