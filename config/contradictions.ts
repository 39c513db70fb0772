import { validate } from 'node-cron';
import type { FeatureSchema } from '../src/core/model.ts';
import { FalseAlarms } from '../src/monitoring/budget.ts';
import { kindOf } from '../src/monitoring/kinds/index.ts';
import { withShares } from '../src/monitoring/shares.ts';
import { agentFaults } from './agents.ts';
import { alertingFaults } from './alerting.ts';
import { approvalFaults } from './approval.ts';
import { sourceFaults } from './data.ts';
import { engineFaults } from './engines.ts';
import { environmentFaults, namesOf } from './environments.ts';
import { type Fault, fieldsOf } from './faults.ts';
import { freezeFaults } from './freeze.ts';
import { gateFaults, inGates } from './gate-faults.ts';
import { githubFaults } from './github.ts';
import { metricFaults } from './metric-faults.ts';
import { parameterFaults } from './parameter-faults.ts';
import { pipelineFaults } from './pipeline.ts';
import { retrainFaults } from './retrain.ts';
import { NAME, NAME_WORDS, PARTS } from './schema.ts';
import { targetFaults } from './targets.ts';
import { taskOf } from './task-of.ts';
import { twins } from './twins.ts';
import { webhookFaults } from './webhooks.ts';

/** Columns of a dataset with a special meaning. */
const TAKEN = ['label', 'entity'];

type Fields = Record<string, unknown>;

/**
 * Contradictions in a well-formed file, each with its path. Reads the file as written and checks each part
 * separately: if one has the wrong shape, the others are still checked.
 */
export function contradictionsIn(raw: unknown): Fault[] {
  const file = fieldsOf(raw);
  const models = fieldsOf(file['models']);
  const people = fieldsOf(file['people']);
  return [
    ...environmentFaults(file, badNames),
    ...inEnvironments(file),
    ...badNames(['models'], models),
    ...badNames(['channels'], fieldsOf(file['channels'])),
    ...badNames(['access'], fieldsOf(file['access'])),
    ...Object.keys(people)
      .filter((id) => !/^[a-z0-9_-]+$/.test(id))
      .map((id) => ({
        path: ['people', id],
        words: `expected lower case letters, digits, - and _${instead(id)}`,
      })),
    ...Object.entries(models).flatMap(([name, model]) =>
      inModel(fieldsOf(model), file).map(({ path, words }) => ({
        path: ['models', name, ...path],
        words,
      })),
    ),
    ...inAudit(file),
    ...badNames(['engines'], fieldsOf(file['engines'])),
    ...engineFaults(file),
    ...inDrills(fieldsOf(file['drills'])),
    ...approvalFaults(file),
    ...freezeFaults(file, namesOf(file)),
    ...githubFaults(file),
    ...badNames(['agents'], fieldsOf(file['agents'])),
    ...agentFaults(file),
    ...Object.entries(fieldsOf(file['agents'])).flatMap(([name, agent]) =>
      inChannel(fieldsOf(agent)['channel'], file).map(({ path, words }) => ({
        path: ['agents', name, ...path],
        words,
      })),
    ),
    ...badNames(['webhooks'], fieldsOf(file['webhooks'])),
    ...webhookFaults(file, namesOf(file)),
    ...Object.entries(fieldsOf(file['webhooks'])).flatMap(([name, webhook]) =>
      inChannel(fieldsOf(webhook)['channel'], file).map(({ path, words }) => ({
        path: ['webhooks', name, ...path],
        words,
      })),
    ),
    ...alertingFaults(file),
    ...inChannel(fieldsOf(file['digest'])['channel'], file).map((fault) => ({
      ...fault,
      path: ['digest', ...fault.path],
    })),
    ...twins(people),
  ];
}

function badNames(path: readonly string[], named: Fields): Fault[] {
  return Object.keys(named)
    .filter((name) => !NAME.test(name))
    .map((name) => ({ path: [...path, name], words: `${NAME_WORDS}${instead(name)}` }));
}

function instead(name: string): string {
  const better = name.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '-');
  return NAME.test(better) ? `; write ${better}` : '';
}

function inModel(model: Fields, file: Fields): Fault[] {
  const { channel } = model;
  const faults = [
    ...inFeatures(model),
    ...parameterFaults(fieldsOf(model['parameters'])),
    ...metricFaults(model),
    ...gateFaults(model, file),
    ...badNames(['monitors'], fieldsOf(model['monitors'])),
    ...inMonitors(model, model['monitors']),
    ...badNames(['data'], fieldsOf(model['data'])),
    ...sourceFaults(model['data']),
    ...badNames(['targets'], fieldsOf(model['targets'])),
    ...targetFaults(model['targets']),
    ...retrainFaults(model['retrain'], fieldsOf(file['people']), namesOf(file)),
    ...pipelineFaults(model['pipeline'], namesOf(file)),
    ...inTraining(fieldsOf(model['training'])),
    ...namesOf(file).flatMap((name) => inApproval(model, name, file)),
    ...inChannel(channel, file),
  ];
  for (const [name, given] of Object.entries(fieldsOf(model['environments']))) {
    const rules = fieldsOf(given);
    const own = [
      ...inChannel(rules['channel'], file),
      ...badNames(['monitors'], fieldsOf(rules['monitors'])),
      ...inMonitors(model, rules['monitors']),
      ...badNames(['targets'], fieldsOf(rules['targets'])),
      ...targetFaults(rules['targets']),
    ];
    faults.push(...own.map((fault) => ({ ...fault, path: ['environments', name, ...fault.path] })));
  }
  return faults;
}

/** The rules of an environment apply to all models, so they must fit each of them. */
function inEnvironments(file: Fields): Fault[] {
  const given = file['environments'];
  if (Array.isArray(given)) return [];
  return Object.entries(fieldsOf(given)).flatMap(([name, value]) => {
    const rules = fieldsOf(value);
    const faults = [
      ...inChannel(rules['channel'], file),
      ...badNames(['monitors'], fieldsOf(rules['monitors'])),
      ...badNames(['targets'], fieldsOf(rules['targets'])),
      ...targetFaults(rules['targets']),
      ...Object.values(fieldsOf(file['models'])).flatMap((model) =>
        inMonitors(fieldsOf(model), rules['monitors']),
      ),
      ...Object.values(fieldsOf(file['models'])).flatMap((model) =>
        inGates(rules['gates'], fieldsOf(model), file, name),
      ),
    ];
    return faults.map((fault) => ({ ...fault, path: ['environments', name, ...fault.path] }));
  });
}

function inAudit(file: Fields): Fault[] {
  const { channel, schedule } = fieldsOf(file['audit']);
  const faults = inChannel(channel, file);
  if (typeof schedule === 'string' && !validate(schedule))
    faults.push({ path: ['schedule'], words: noCron(schedule, '0 6 * * *') });
  return faults.map(({ path, words }) => ({ path: ['audit', ...path], words }));
}

function inDrills({ schedule }: Fields): Fault[] {
  if (typeof schedule !== 'string' || validate(schedule)) return [];
  return [{ path: ['drills', 'schedule'], words: noCron(schedule, '0 6 * * 1') }];
}

const noCron = (schedule: string, instead: string): string =>
  `"${schedule}" is not a cron expression; write e.g. ${instead}`;

function inChannel(channel: unknown, file: Fields): Fault[] {
  if (typeof channel !== 'string' || Object.hasOwn(fieldsOf(file['channels']), channel)) return [];
  return [{ path: ['channel'], words: `there is no channel "${channel}"` }];
}

function inFeatures(model: Fields): Fault[] {
  const { features, label } = model;
  if (typeof features !== 'object' || features === null) return [];
  const names = Object.keys(features);
  if (names.length === 0)
    return [{ path: ['features'], words: 'a model needs at least one feature' }];
  // The answer has profiles in addition to those of the features.
  const answered = taskOf(model).answer.fields.map((field): string => field.name);
  const taken = [...TAKEN, ...answered];
  return names.flatMap((name) => {
    const path = ['features', name];
    if (taken.includes(name)) return [{ path, words: 'the name is reserved; choose another' }];
    return name === label ? [{ path, words: 'the label cannot be a feature' }] : [];
  });
}

function inTraining({ from, to }: Fields): Fault[] {
  const [begin, end] = [from, to].map((moment) => Date.parse(String(moment)));
  if (begin === undefined || end === undefined || !(begin >= end)) return [];
  return [{ path: ['training'], words: 'to must be after from' }];
}

function inApproval(model: Fields, environment: string, file: Fields): Fault[] {
  const rules = [
    fieldsOf(fieldsOf(model['environments'])[environment])['approval'],
    fieldsOf(fieldsOf(file['environments'])[environment])['approval'],
    model['approval'],
  ];
  const people = Object.values(fieldsOf(file['people'])).map(fieldsOf);
  const approvers = people.filter((person) => {
    const role = fieldsOf(person['roles'])[environment] ?? person['role'];
    return role === 'approver' || role === 'admin';
  }).length;
  // The default is 1, which is too many if nobody can approve.
  const wanted =
    rules.map((rule) => fieldsOf(rule)['needed']).find((needed) => needed != null) ?? 1;
  if (typeof wanted !== 'number' || wanted <= approvers || people.length === 0) return [];
  const where = namesOf(file).length > 1 ? ` in ${environment}` : '';
  return [
    {
      path: ['approval', 'needed'],
      words: `${wanted} approvals are needed, but only ${approvers === 1 ? '1 person' : `${approvers} people`} can approve${where}`,
    },
  ];
}

function inMonitors(model: Fields, monitors: unknown): Fault[] {
  const features = featuresOf(fieldsOf(model['features']));
  const perDay = model['rows_per_day'];
  const readable = Object.entries(fieldsOf(monitors)).flatMap(([name, given]) => {
    const { data } = PARTS.monitor.safeParse(given);
    return data ? [{ name, ...data }] : [];
  });
  const { data: falseAlarms } = FalseAlarms.safeParse(model['false_alarms']);
  return withShares(readable, falseAlarms).flatMap((monitor) => {
    const key = monitor.name;
    const { need, of, schedule, windowHours, minRows } = monitor;
    const faults: Fault[] = [];
    const add = (field: string | undefined, words: string): void =>
      void faults.push({ path: ['monitors', key, ...(field ? [field] : [])], words });
    for (const fault of kindOf(monitor.kind).faults(monitor, {
      name: '',
      features,
      task: taskOf(model),
    }))
      add(fault.key, fault.words);
    if (need > of) add(undefined, `need (${need}) must not be greater than of (${of})`);
    if (!validate(schedule)) add('schedule', noCron(schedule, '*/5 * * * *'));
    const rows = typeof perDay === 'number' ? (perDay * windowHours) / 24 : undefined;
    if (rows !== undefined && rows < minRows)
      add(
        'min_rows',
        `a window of ${windowHours} h has about ${Math.round(rows)} rows at ${perDay} rows per day, fewer than ` +
          `${minRows}; set window_hours to ${Math.ceil((minRows * 24) / Number(perDay))}, or lower min_rows`,
      );
    return faults;
  });
}

/** As written, whatever their types: a wrong type is reported elsewhere. */
function featuresOf(written: Fields): FeatureSchema {
  return Object.fromEntries(
    Object.entries(written).map(([name, type]) => [
      name,
      type === 'category' ? 'category' : 'number',
    ]),
  );
}

/** Properties that every JavaScript object has: a value under such a name could not be found again. */
const NO_NAMES = ['__proto__', 'constructor', 'prototype'];

/** A valid file is not nested more deeply; deeper or recursive (aliased) structures are refused elsewhere. */
const DEEPEST = 12;

/** Keys of the file, as read, that cannot be used as names, each with its path. */
export function impossibleNamesIn(raw: unknown, path: string[] = []): Fault[] {
  if (typeof raw !== 'object' || raw === null || path.length > DEEPEST) return [];
  return Object.entries(raw).flatMap(([key, value]) => {
    const here = [...path, key];
    const fault = { path: here, words: `"${key}" cannot be used as a name; choose another` };
    return NO_NAMES.includes(key) ? [fault] : impossibleNamesIn(value, here);
  });
}
