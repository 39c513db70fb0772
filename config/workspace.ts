import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { Address } from '../src/core/address.ts';
import type { Agents } from '../src/core/agents.ts';
import type { DigestTimes } from '../src/core/digest.ts';
import type { Endpoint } from '../src/core/endpoint.ts';
import type { EngineSpec } from '../src/core/engine.ts';
import { NotFound, WheelhouseError } from '../src/core/errors.ts';
import type { Calendar } from '../src/core/freeze.ts';
import type { Argv, Environments, ModelSpec, Models } from '../src/core/model.ts';
import type { ObjectsSpec } from '../src/core/object-store-kind.ts';
import type { People } from '../src/core/people.ts';
import { minutesIn } from '../src/core/quiet-hours.ts';
import type { TrackingSpec } from '../src/core/tracking.ts';
import { withShares } from '../src/monitoring/shares.ts';
import { GateSetting } from '../src/release/gates/index.ts';
import { taskNamed } from '../src/tasks/index.ts';
import { agentsOf } from './agents.ts';
import { alertingOf } from './alerting.ts';
import { approvalOf } from './approval.ts';
import { contradictionsIn, impossibleNamesIn } from './contradictions.ts';
import { sourcesOf } from './data.ts';
import { enginesOf } from './engines.ts';
import { type Fault, faultsOf, linesOf } from './faults.ts';
import { calendarOf } from './freeze.ts';
import { endpointsOf } from './github.ts';
import { trackingOf } from './mlflow.ts';
import { environmentsOf, modelsOf } from './models.ts';
import { peopleOf } from './people.ts';
import { pipelineOf } from './pipeline.ts';
import { programFaults } from './program-faults.ts';
import { retrainPolicyOf } from './retrain.ts';
import { planOf } from './rollout.ts';
import { KEYS, Workspace, type WorkspaceFile } from './schema.ts';
import { targetsOf } from './targets.ts';
import { type Receivers, receiversOf } from './webhooks.ts';

type ModelFile = WorkspaceFile['models'][string];

export interface LoadedWorkspace {
  name: string;
  folder: string;
  /** SHA-256 of the configuration: the rules that a decision was made by. */
  sha256: string;
  models: Models;
  environments: Environments;
  people: People;
  agents: Agents;
  /** Where trainings run. */
  engines: readonly EngineSpec[];
  webhooks: Receivers;
  /** Address of an environment's own gateway, if it has one; by name of the environment. */
  urls: Readonly<Record<string, string>>;
  personIds: string[];
  channels: { id: string; topic: string; at: Record<string, string> }[];
  reactions: { approve: string[]; reject: string[] };
  keepDays: number;
  /** Channels and schedule for posting the head of the audit log. */
  audit: { homes: Address[]; schedule: string };
  drills: { schedule: string };
  /** Where and when digests are posted; undefined: nowhere. */
  digest: (DigestTimes & { homes: Address[] }) | undefined;
  /** Which prediction times are accepted. */
  predictionTimes: { notBefore: Date | undefined; aheadMs: number; hoursPerRequest: number };
  /** How long a version may take: for a request to the gateway, and elsewhere for 1,024 rows or for loading. */
  deadlines: { answerMs: number; batchMs: number; queueMs: number | false };
  objects: ObjectsSpec;
  /** The server on which versions are shown, if there is one. */
  tracking: TrackingSpec | undefined;
  traffic: Argv | undefined;
  /** When versions may go live. */
  calendar: Calendar;
  /** What an environment of a repository on GitHub stands for. */
  endpointFor(repository: string, environment: string): Endpoint | undefined;
}

/** All errors at once, with the file, the path in it and what was expected. */
export class ConfigInvalid extends WheelhouseError {
  constructor(file: string, faults: string, cause?: unknown) {
    super('user', `Reading ${file}:\n${faults}`, {
      next: 'Nothing was started. docs/configuration.md explains every key.',
      cause,
    });
  }
}

/**
 * Reads `wheelhouse.yaml` of a workspace folder. A model's messages go to its channel on the page
 * and to all channels listed under `at`; messages for a disabled adapter wait for it.
 * @param path the value of PATH, on machines that run the programs: checks that they are found there
 * @param instead reads the file with changes, which are named in errors
 */
export async function loadWorkspace(
  folder: string,
  {
    path,
    instead,
  }: {
    path?: string | undefined;
    instead?: { file: string; of(raw: unknown): unknown };
  } = {},
): Promise<LoadedWorkspace> {
  const root = resolve(folder);
  const file = join(root, 'wheelhouse.yaml');
  const written = await read(file);
  const raw = instead ? instead.of(written) : written;
  const missing = path === undefined ? [] : await programFaults(raw, root, path);
  const workspace = check(instead?.file ?? file, raw, missing);
  const [first, ...others] = Object.keys(workspace.environments);
  if (first === undefined) throw new Error('a workspace without environments passed validation');
  const specs = Object.entries(workspace.models).map(([name, model]): ModelSpec => {
    const {
      dataset,
      train,
      training,
      evaluation,
      approval,
      monitors,
      false_alarms: falseAlarms,
      data,
      retrain,
      pipeline,
      rollout,
      targets,
      environments,
      rows_per_day: _,
      null_category: nullCategory,
      task: taskName,
      gates,
      oncall,
      escalate_after,
      quiet_hours,
      runbooks,
      ...rest
    } = model;
    const task = taskNamed(taskName);
    return {
      ...rest,
      task,
      gates: gates ?? task.defaults.gates.map((gate) => GateSetting.parse(gate)),
      nullCategory,
      name,
      homes: homesOf(workspace, model.channel),
      programs: { dataset, train },
      training: {
        window: { from: training.from, to: training.to },
        timeoutMinutes: training.timeout_minutes,
        outputBytes: Math.round(training.output_mb * 1024 ** 2),
        ...(training.on !== undefined && { on: training.on }),
        engines: training.engines,
      },
      evaluation: { ...evaluation, primary: evaluation.primary ?? task.defaults.primary },
      approval: approvalOf(first, [], approval),
      monitors: monitorsOf(monitors, falseAlarms),
      data: sourcesOf(data),
      ...(retrain && { retrain: retrainPolicyOf(retrain, firstOf(workspace)) }),
      ...(pipeline && { pipeline: pipelineOf(pipeline, firstOf(workspace)) }),
      ...planOf(rollout),
      targets: targetsOf(targets),
      alerting: alertingOf([{ oncall, escalate_after, quiet_hours, runbooks }], workspace.people),
      environments: rulesOf(workspace, model),
      folder: root,
    };
  });
  return {
    name: workspace.name,
    folder: root,
    sha256: createHash('sha256').update(JSON.stringify(raw)).digest('hex'),
    models: modelsOf(specs),
    environments: environmentsOf([first, ...others]),
    people: peopleOf(workspace.people, workspace.access, workspace.groups),
    agents: agentsOf(workspace.agents, (channel) => usualHomes(workspace, channel)),
    engines: enginesOf(workspace.engines),
    webhooks: receiversOf(workspace.webhooks, (channel) => usualHomes(workspace, channel)),
    urls: urlsOf(workspace),
    endpointFor: endpointsOf(workspace, first),
    personIds: Object.keys(workspace.people),
    channels: Object.entries(workspace.channels).map(([id, { topic, at }]) => ({ id, topic, at })),
    reactions: workspace.reactions,
    keepDays: workspace.predictions.keep_days,
    audit: {
      homes: usualHomes(workspace, workspace.audit.channel),
      schedule: workspace.audit.schedule,
    },
    drills: workspace.drills,
    digest: digestOf(workspace),
    predictionTimes: {
      notBefore: workspace.predictions.not_before,
      aheadMs: workspace.predictions.ahead_minutes * 60_000,
      hoursPerRequest: workspace.predictions.hours_per_request,
    },
    deadlines: {
      answerMs: workspace.deadlines.answer_seconds * 1000,
      batchMs: workspace.deadlines.batch_seconds * 1000,
      queueMs: workspace.deadlines.queue_ms,
    },
    objects: workspace.objects,
    tracking: trackingOf(workspace.mlflow),
    traffic: workspace.traffic,
    calendar: calendarOf(workspace),
  };
}

const firstOf = ({ environments }: WorkspaceFile): string => Object.keys(environments)[0] ?? '';

function urlsOf({ environments }: WorkspaceFile): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environments).flatMap(([name, { url }]) =>
      url === undefined ? [] : [[name, url.replace(/\/+$/, '')]],
    ),
  );
}

/** A model's rules for an environment come first, then the environment's rules, then the model's general rules. */
function rulesOf(
  workspace: WorkspaceFile,
  model: ModelFile,
): NonNullable<ModelSpec['environments']> {
  const [first] = Object.keys(workspace.environments);
  return Object.fromEntries(
    Object.entries(workspace.environments).map(([name, general]) => {
      const own = model.environments[name];
      const channel = own?.channel ?? general.channel;
      const monitors = own?.monitors ?? general.monitors;
      const gates = own?.gates ?? general.gates;
      const targets = own?.targets ?? general.targets;
      return [
        name,
        {
          ...(channel !== undefined && { channel, homes: homesOf(workspace, channel) }),
          alerting: alertingOf([own, general, model], workspace.people),
          ...(monitors && { monitors: monitorsOf(monitors, model.false_alarms) }),
          ...(gates && { gates }),
          ...planOf(own?.rollout ?? general.rollout),
          ...(targets && { targets: targetsOf(targets) }),
          // As for the model, unless something says otherwise: then all of its keys are here.
          ...((name !== first || own?.approval || general.approval) && {
            approval: approvalOf(name, [own?.approval, general.approval], model.approval),
          }),
        },
      ];
    }),
  );
}

function monitorsOf(monitors: ModelFile['monitors'], falseAlarms: string): ModelSpec['monitors'] {
  const named = Object.entries(monitors).map(([key, monitor]) => ({ name: key, ...monitor }));
  return withShares(named, falseAlarms);
}

function digestOf(workspace: WorkspaceFile): LoadedWorkspace['digest'] {
  const { digest } = workspace;
  if (!digest) return undefined;
  const { channel, at, timezone, daily, weekly } = digest;
  return {
    ...{ homes: usualHomes(workspace, channel), at: minutesIn(at), timezone, daily },
    ...(weekly !== false && { weekly }),
  };
}

/** That channel, or `general`, or the first channel. */
function usualHomes(workspace: WorkspaceFile, wanted: string | undefined): Address[] {
  const names = Object.keys(workspace.channels);
  const channel = wanted ?? names.find((name) => name === 'general') ?? names[0];
  return channel === undefined ? [] : homesOf(workspace, channel);
}

/** On the page a channel has its name in the file; elsewhere the name under `at`. */
function homesOf({ channels }: WorkspaceFile, name: string): Address[] {
  const elsewhere = Object.entries(channels[name]?.at ?? {});
  return [['web', name], ...elsewhere].map(([platform = '', channel = '']) => ({
    platform,
    channel,
  }));
}

async function read(file: string): Promise<unknown> {
  try {
    const document = parseDocument(await readFile(file, 'utf8'));
    const faults = document.errors.map(({ message }) => `✖ ${message}`);
    if (faults.length > 0) throw new Error(faults.join('\n'));
    return document.toJS();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new NotFound(`There is no wheelhouse.yaml in ${dirname(file)}.`, {
        next: 'Pass the folder of a workspace, or copy examples/python to make one.',
        cause,
      });
    throw new ConfigInvalid(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function check(file: string, raw: unknown, missing: readonly Fault[]): WorkspaceFile {
  const parsed = Workspace.safeParse(raw);
  const misshapen = parsed.success ? [] : faultsOf(parsed.error, raw, KEYS);
  const faults = [...impossibleNamesIn(raw), ...misshapen, ...contradictionsIn(raw), ...missing];
  if (!parsed.success || faults.length > 0) throw new ConfigInvalid(file, linesOf(faults));
  return parsed.data;
}
