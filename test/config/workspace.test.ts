import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ConfigInvalid, loadWorkspace } from '../../config/workspace.ts';
import { specIn } from '../../src/core/model.ts';

const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-config-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const model = {
  channel: 'ml',
  features: { distance: 'number', carrier: 'category' },
  label: 'late',
  dataset: ['node', 'dataset.mjs'],
  train: ['node', 'train.mjs'],
  training: { from: '2001-01-01', to: '2001-02-01' },
};
const workspace = {
  name: 'Test',
  channels: { ml: {} },
  people: { lead: { name: 'Lead', role: 'approver', identities: { slack: 'U1' } } },
  models: { flights: model },
};

async function load(content: unknown) {
  const text = typeof content === 'string' ? content : stringify(content);
  await writeFile(join(folder, 'wheelhouse.yaml'), text);
  return loadWorkspace(folder);
}

const NAMES = ['__proto__', 'constructor', 'prototype'];

async function faultsOf(content: unknown): Promise<string> {
  const error = await load(content).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigInvalid);
  expect(String(error)).toContain(join(folder, 'wheelhouse.yaml'));
  return String(error);
}

const withModel = (change: object) => ({
  ...workspace,
  models: { flights: { ...model, ...change } },
});
const withMonitor = (drift: object) => withModel({ monitors: { drift } });
const withParameter = (trees: object) => withModel({ parameters: { trees } });

describe('config/workspace', () => {
  it('takes each key of alerting from the most specific place, and knows the accounts on call', async () => {
    const { models } = await load({
      ...withModel({
        oncall: 'lead',
        escalate_after: '1h',
        environments: { staging: { oncall: { slack: 'S1' } } },
      }),
      environments: { production: { quiet_hours: '22:00-07:00 Europe/Berlin' }, staging: {} },
    });
    const accounts = [{ platform: 'slack', user: 'U1' }];
    const lead = { words: 'Lead', person: 'lead', accounts, groups: [] };
    const group = { accounts: [], groups: [{ platform: 'slack', group: 'S1' }] };
    const spec = models.get('flights');
    expect(specIn(spec, 'production').alerting).toEqual({
      ...{ oncall: lead, escalateAfterMs: 3_600_000 },
      quietHours: { from: 1320, to: 420, timezone: 'Europe/Berlin' },
    });
    expect(specIn(spec, 'staging').alerting).toMatchObject({ oncall: group });
  });

  it('takes each runbook from the most specific place, and refuses one for no kind of monitor', async () => {
    const page = 'https://wiki.example.com/drift';
    const { models } = await load({
      ...withModel({
        runbooks: { drift: page, quality: 'Look at the feed.' },
        environments: { staging: { runbooks: { quality: 'Ask Dev.' } } },
      }),
      environments: { production: {}, staging: { runbooks: { drift: 'Wait.' } } },
    });
    const runbooksIn = (environment: string) =>
      specIn(models.get('flights'), environment).alerting?.runbooks;
    expect(runbooksIn('production')).toEqual({ drift: page, quality: 'Look at the feed.' });
    expect(runbooksIn('staging')).toEqual({ drift: 'Wait.', quality: 'Ask Dev.' });
    const faults = await faultsOf(withModel({ runbooks: { weather: 'Look outside.' } }));
    expect(faults).toContain('models.flights.runbooks');
  });

  it('refuses somebody on call who is not there, and hours that are none', async () => {
    const faults = await faultsOf(
      withModel({ oncall: 'nobody', escalate_after: 'soon', quiet_hours: '22-07' }),
    );
    expect(faults).toContain('models.flights.oncall: there is no person "nobody"');
    expect(faults).toContain(
      'models.flights.escalate_after: expected a length of time such as 30m',
    );
    expect(faults).toContain('models.flights.quiet_hours: expected hours and a time zone');
  });

  it.each(NAMES)('refuses %s as a name anywhere', async (name) => {
    const text = stringify(workspace);
    const person = `{ name: Eve, role: admin, identities: {} }`;
    for (const [where, path] of [
      ['people:\n', `people.${name}`],
      ['    features:\n', `models.flights.features.${name}`],
    ] as const) {
      const value = where === 'people:\n' ? person : 'number';
      const indent = where === 'people:\n' ? '  ' : '      ';
      const faults = await faultsOf(text.replace(where, `${where}${indent}${name}: ${value}\n`));
      expect(faults).toContain(`${path}: "${name}" cannot be used as a name; choose another`);
    }
  });

  it('reads the example', async () => {
    const example = await loadWorkspace('examples/flights');
    const spec = example.models.get('FLIGHTS');
    expect(spec).toMatchObject({
      name: 'flights',
      homes: [{ platform: 'web', channel: 'flights' }],
      training: { window: { from: new Date('2001-01-01'), to: new Date('2001-02-01') } },
      gates: [
        { gate: 'rows', settings: { min_rows: 2000 } },
        { gate: 'metric', settings: { metric: 'auc', min: 0.65 } },
        { gate: 'champion' },
      ],
      monitors: [
        { name: 'drift', windowHours: 12 },
        { name: 'performance', windowHours: 168 },
      ],
    });
    expect(example.environments.get(undefined)).toBe('production');
    expect(example.people.atLeast('approver').map(({ id }) => id)).toEqual(['lead', 'ops']);
  });

  it('sends the messages of a model to its channel on every platform', async () => {
    const channels = { ml: { at: { slack: 'C01ML', discord: '4711' } } };
    const loaded = await load({ ...workspace, channels });
    expect(loaded.models.get('flights').homes).toEqual([
      { platform: 'web', channel: 'ml' },
      { platform: 'slack', channel: 'C01ML' },
      { platform: 'discord', channel: '4711' },
    ]);
  });

  it('gives the highest role by account, group and channel of a platform', async () => {
    const { people } = await load({
      ...workspace,
      access: {
        slack: {
          groups: { S1: 'approver' },
          channels: { C1: 'viewer' },
          users: { U9: 'operator' },
        },
      },
    });
    const at = (channel: string) => ({ platform: 'slack', channel });
    const who = (user: string, groups: string[] = [], channel = 'C0') =>
      people.of({ platform: 'slack', user, groups }, at(channel));
    expect(who('U1')).toMatchObject({ id: 'lead', role: 'approver' });
    expect(who('U2')).toBeUndefined();
    expect(who('U2', [], 'C1')).toMatchObject({ id: 'slack-u2', role: 'viewer', on: ['slack'] });
    expect(who('U9', [], 'C1')).toMatchObject({ id: 'slack-u9', role: 'operator' });
    expect(who('U9', ['S1'])).toMatchObject({ role: 'approver' });
    expect(people.of({ platform: 'discord', user: 'U9' })).toBeUndefined();
    expect(people.byId('slack-u404')).toMatchObject({ on: ['slack'] });
  });

  it('fills in defaults', async () => {
    const loaded = await load(workspace);
    expect(loaded.models.get('flights')).toMatchObject({
      summary: '',
      parameters: {},
      evaluation: { days: 14, primary: ['auc'] },
      approval: { needed: 1, expiresHours: 24 },
      gates: [],
      monitors: [],
      folder,
    });
    expect(loaded).toMatchObject({ keepDays: 90, traffic: undefined, personIds: ['lead'] });
    const [monitor] = (await load(withMonitor({}))).models.get('flights').monitors;
    const settings = { rule: 'budget' };
    expect(monitor?.budget).toEqual({ falseAlarms: '1 per 2 years', monitors: 1 });
    expect(monitor).toMatchObject({ windowHours: 24, minRows: 50, need: 1, of: 1, settings });
  });

  it('knows a person’s accounts on other platforms, and no others', async () => {
    const { people } = await load(workspace);
    expect(people.of({ platform: 'slack', user: 'U1' })?.id).toBe('lead');
    expect(people.of({ platform: 'web', user: 'lead' })?.id).toBe('lead');
    for (const [platform, user] of [
      ['slack', 'lead'],
      ['web', 'U1'],
      ['discord', 'U1'],
      ['web', 'constructor'],
    ] as const)
      expect(people.of({ platform, user })).toBeUndefined();
  });

  it('lists the existing names if one is unknown', async () => {
    const { models, environments } = await load(workspace);
    expect(() => models.get('flihgts')).toThrow(
      'There is no model "flihgts". Did you mean "flights"?',
    );
    expect(() => environments.get('prod')).toThrow('There is no environment "prod"');
  });

  it('reports all errors at once, each with its location', async () => {
    const faults = await faultsOf({
      ...workspace,
      nmae: 'x',
      people: { 'Not An Id': { name: '', role: 'boss' } },
      models: {
        flights: { ...model, training: { from: 'soon', to: '2001-02-30' }, train: [] },
        other: { ...model, gates: [{ metric: 'auc' }], features: { x: 'text' }, extra: 1 },
      },
    });
    for (const place of [
      'nmae',
      'people',
      'models.flights.training.from',
      'models.flights.training.to',
      'models.flights.train',
      'models.other.gates[0]',
      'models.other.features.x',
      'extra',
    ])
      expect(faults).toContain(place);
    expect(faults).toContain('expected min or max, or both');
  });

  it.each([
    [
      'a channel that is not there',
      withModel({ channel: 'nowhere' }),
      'flights.channel: there is no channel "nowhere"',
    ],
    [
      'a channel that every object has',
      withModel({ channel: 'constructor' }),
      'there is no channel "constructor"',
    ],
    [
      'a training that ends first',
      withModel({ training: { from: '2001-02-01', to: '2001-02-01' } }),
      'flights.training: to must be after from',
    ],
    [
      'more approvals than approvers',
      withModel({ approval: { needed: 2 } }),
      '2 approvals are needed, but only 1 person can approve',
    ],
    ['no feature', withModel({ features: {} }), 'features: a model needs at least one feature'],
    [
      'a feature by a name that is taken',
      withModel({ features: { score: 'number' } }),
      'features.score: the name is reserved',
    ],
    [
      'a label among the features',
      withModel({ label: 'distance' }),
      'features.distance: the label cannot be a feature',
    ],
    [
      'a unit that no metric of the task has',
      withModel({ unit: 'minutes' }),
      'unit: no metric of the task binary has a unit',
    ],
    [
      'an important feature that is none',
      withMonitor({ important: ['distance', 'mood', 'toString'] }),
      'drift.important: no feature "mood", "toString"',
    ],
    [
      'more windows needed than looked at',
      withMonitor({ need: 4 }),
      'need (4) must not be greater than of (3)',
    ],
    [
      'a warning above the alert',
      withMonitor({ psi_warn: 0.3 }),
      'drift.psi_warn: it is greater than psi_alert',
    ],
    [
      'a schedule that is none',
      withMonitor({ schedule: 'hourly' }),
      '"hourly" is not a cron expression',
    ],
    [
      'a default of another type',
      withParameter({ type: 'integer', default: '5' }),
      'trees.default: expected a value of type integer',
    ],
    [
      'a default that is not whole',
      withParameter({ type: 'integer', default: 1.5 }),
      'trees.default: expected a whole number',
    ],
    [
      'a default out of bounds',
      withParameter({ type: 'number', default: 5, max: 1 }),
      'trees.default: it is not between min and max',
    ],
    [
      'bounds that leave nothing',
      withParameter({ type: 'number', default: 5, min: 9, max: 1 }),
      'trees.min: it is greater than max',
    ],
    [
      'bounds of a text',
      withParameter({ type: 'string', default: 'a', min: 1 }),
      'trees.type: a parameter of type string cannot have min or max',
    ],
    [
      'choices of a number',
      withParameter({ type: 'integer', default: 1, choices: ['1'] }),
      'trees.type: a parameter of type integer cannot have choices',
    ],
    [
      'a default that is no choice',
      withParameter({ type: 'string', default: 'c', choices: ['a'] }),
      'trees.default: it is not one of the choices',
    ],
    [
      'two people who are one elsewhere',
      {
        ...workspace,
        people: {
          ...workspace.people,
          twin: { name: 'T', role: 'admin', identities: { slack: 'u1' } },
        },
      },
      'people.twin.identities.slack: "u1" already belongs to lead (case is ignored)',
    ],
  ])('refuses %s', async (_, content, words) => {
    expect(await faultsOf(content)).toContain(words);
  });

  it('reports all contradictions at once', async () => {
    const faults = await faultsOf(
      withModel({ channel: 'nowhere', approval: { needed: 2 }, monitors: { a: { need: 4 } } }),
    );
    expect(faults.match(/✖/g)).toHaveLength(3);
  });

  it.each([
    ['no YAML', 'a: [1, 2', /wheelhouse\.yaml/],
    ['a key twice', 'name: a\nname: b\n', /unique/],
    ['nothing', '', /expected/],
    ['a list', '- a\n- b\n', /expected/],
  ])('reports a file that is %s', async (_, text, words) => {
    expect(await faultsOf(text)).toMatch(words);
  });

  it('reports a missing file', async () => {
    await expect(loadWorkspace(join(folder, 'gone'))).rejects.toThrow(
      /^There is no wheelhouse.yaml in /,
    );
  });
});
