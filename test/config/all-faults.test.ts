import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadWorkspace } from '../../config/workspace.ts';
import { BUILT } from '../built.ts';

const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-faults-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Everything in it is wrong, and each is a mistake that people make. */
const WORKSPACE = `
nmae: Wrong
channels: { ML: {} }
people:
  Dana: { name: Dana, role: boss }
  lee: { name: Lee, role: approver, identities: { slack: U1 } }
  lea: { name: Lea, role: operator, identities: { slack: U1 } }
traffic: [no-such-traffic]
models:
  Model:
    channel: nowhere
    features: { active: bool, age: int, plan: string, since: date, score: number }
    label: active
    dataset: [python-of-somebody, dataset.py]
    train: [sh, train.sh]
    trian: [sh]
    parameters:
      trees: { type: integer, default: 1.5 }
      1st: { type: number, default: 1 }
    training: { from: 2018-01-01 10:00, to: 2018-02-30 }
    evaluation: { primary: [acuracy, log_loss], margin: 5 }
    gates:
      - { metric: accuracy, min: 90 }
      - { metric: aucc, min: 0.7 }
      - { metric: log_loss, max: -1 }
      - { metric: rows, min: 100 }
      - { metric: auc }
      - { compare: champion, metric: f1, require: not worse, margin: 2 }
    approval: { needed: 3 }
    rows_per_day: 20
    monitors:
      Drift: { window_hours: 24, important: [mood], need: 4, schedule: hourly, psi_warn: 0.5 }
`;

const EXPECTED = [
  'name: it is missing; expected string',
  'nmae: unknown key. Did you mean "name"?',
  'channels.ML: expected up to 41 lower case letters, digits, - and _, starting with a letter; write ml',
  'people.Dana: expected lower case letters, digits, - and _; write dana',
  'people.Dana.role: expected one of "viewer"|"operator"|"approver"|"admin", not "boss"',
  'people.lea.identities.slack: "U1" already belongs to lee (case is ignored)',
  'traffic[0]: "no-such-traffic" is not on PATH; install it, or write its full path',
  'models.Model: expected up to 41 lower case letters, digits, - and _, starting with a letter; write model',
  'models.Model.channel: there is no channel "nowhere"',
  'models.Model.features.active: expected number or category, not "bool"; write number, and use 0 and 1 in the rows',
  'models.Model.features.active: the label cannot be a feature',
  'models.Model.features.age: expected number or category, not "int"; write number',
  'models.Model.features.plan: expected number or category, not "string"; write category',
  'models.Model.features.since: expected number or category, not "date"; write number, and use e.g. the hour or the age in days in the rows',
  'models.Model.features.score: the name is reserved; choose another',
  'models.Model.dataset[0]: "python-of-somebody" is not on PATH; install it, or write its full path',
  `models.Model.dataset[1]: there is no dataset.py in ${folder}`,
  `models.Model.train[1]: there is no train.sh in ${folder}`,
  'models.Model.trian: unknown key. Did you mean "train"?',
  'models.Model.parameters.trees.default: expected a whole number',
  'models.Model.parameters.1st: expected letters, digits, - and _, not starting with a digit',
  'models.Model.training.from: expected a date such as 2018-01-01 or a time in UTC such as 2018-01-01T10:00:00Z, not "2018-01-01 10:00"; write 2018-01-01T10:00:00Z',
  'models.Model.training.to: expected a date such as 2018-01-01 or a time in UTC such as 2018-01-01T10:00:00Z, not "2018-02-30"',
  'models.Model.evaluation.primary[0]: "acuracy" is not a metric of this task. Did you mean "accuracy"? Expected one of auc, accuracy, f1, precision, recall, log_loss, brier',
  'models.Model.evaluation.margin: a difference is between 0 and 1, so margin: 5 is not possible; did you mean 0.05?',
  'models.Model.gates[0].min: accuracy is between 0 and 1, so min: 90 is not possible; did you mean 0.9?',
  'models.Model.gates[1].metric: "aucc" is not a metric of this task. Did you mean "auc"? Expected one of auc, accuracy, f1, precision, recall, log_loss, brier',
  'models.Model.gates[2].max: log_loss is at least 0, so max: -1 is not possible',
  'models.Model.gates[3].metric: rows is not a metric; write { min_rows: NUMBER }',
  'models.Model.gates[4]: expected min or max, or both',
  'models.Model.gates[5].margin: f1 is between 0 and 1, so margin: 2 is not possible; did you mean 0.02?',
  'models.Model.approval.needed: 3 approvals are needed, but only 1 person can approve',
  'models.Model.monitors.Drift: expected up to 41 lower case letters, digits, - and _, starting with a letter; write drift',
  'models.Model.monitors.Drift: need (4) must not be greater than of (3)',
  'models.Model.monitors.Drift.important: no feature "mood"',
  'models.Model.monitors.Drift.psi_warn: it is greater than psi_alert',
  'models.Model.monitors.Drift.schedule: "hourly" is not a cron expression; write e.g. */5 * * * *',
  'models.Model.monitors.Drift.min_rows: a window of 24 h has about 20 rows at 20 rows per day, fewer than 200; set window_hours to 240, or lower min_rows',
];

describe('config: all errors at once', () => {
  beforeAll(() => writeFile(join(folder, 'wheelhouse.yaml'), WORKSPACE));

  it('of a workspace full of errors, each with its location and what to write', async () => {
    const error = await loadWorkspace(folder, { path: process.env['PATH'] }).catch(String);
    const lines = String(error)
      .split('\n')
      .filter((line) => line.startsWith('✖ '));
    expect(lines.toSorted()).toEqual(EXPECTED.map((line) => `✖ ${line}`).toSorted());
    expect(String(error)).toContain(join(folder, 'wheelhouse.yaml'));
  });

  it('does not check programs on machines that run none', async () => {
    const error = await loadWorkspace(folder).catch(String);
    expect(String(error)).not.toContain('PATH');
  });

  it('of the environment, the workspace and a partly configured platform together', async () => {
    const child = spawn(process.execPath, [BUILT.main, 'start'], {
      env: {
        PATH: process.env['PATH'],
        MONGODB_URI: 'postgres://me:swordfish@db',
        WHEELHOUSE_TRAININGS: 'many',
        WHEELHOUSE_WORKSPACE: folder,
        SLACK_BOT_TOKEN: 'xoxp-swordfish',
        DISCORD_TOKEN: 'swordfish-too',
        DISCORD_APPLICATION_ID: '12345678901234567',
        DISCORD_API_URL: 'http://discord.example.com',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(2);
    for (const words of [
      'MONGODB_URI',
      'WHEELHOUSE_TRAININGS',
      'REDIS_URL is not set',
      'WHEELHOUSE_TOKEN is not set',
      'SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is missing. Besides, SLACK_BOT_TOKEN: must begin with xoxb-',
      'DISCORD_API_URL: must begin with https://',
      ...EXPECTED,
    ])
      expect(said).toContain(words);
    expect(said.match(/Nothing was started/g)).toHaveLength(1);
    expect(said).not.toContain('swordfish');
  });
});
