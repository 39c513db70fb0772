import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Address } from '../src/core/address.ts';
import { WheelhouseError } from '../src/core/errors.ts';
import type { Argv, Environments, ModelSpec, Models } from '../src/core/model.ts';
import type { People } from '../src/core/people.ts';
import { contradictionsIn } from './contradictions.ts';
import { environmentsOf, modelsOf } from './models.ts';
import { peopleOf } from './people.ts';
import { Workspace, type WorkspaceFile } from './schema.ts';

export interface LoadedWorkspace {
  name: string;
  folder: string;
  models: Models;
  environments: Environments;
  people: People;
  personIds: string[];
  channels: { id: string; topic: string; at: Record<string, string> }[];
  reactions: { approve: string[]; reject: string[] };
  keepDays: number;
  traffic: Argv | undefined;
}

/** Every fault at once, with the file, the path in it and what was expected. */
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
 * and everywhere else that the channel is `at`; what stands at a door that is shut waits for it.
 */
export async function loadWorkspace(folder: string): Promise<LoadedWorkspace> {
  const root = resolve(folder);
  const file = join(root, 'wheelhouse.yaml');
  const workspace = check(file, await read(file));
  const specs = Object.entries(workspace.models).map(([name, model]): ModelSpec => {
    const { dataset, train, training, evaluation, approval, monitors, ...rest } = model;
    return {
      ...rest,
      name,
      homes: homesOf(workspace, model.channel),
      programs: { dataset, train },
      training: {
        window: { from: training.from, to: training.to },
        timeoutMinutes: training.timeout_minutes,
      },
      evaluation,
      approval: { needed: approval.needed, expiresHours: approval.expires_hours },
      monitors: Object.entries(monitors).map(([key, monitor]) => ({
        name: key,
        kind: monitor.kind,
        windowHours: monitor.window_hours,
        schedule: monitor.schedule,
        important: monitor.important,
        thresholds: {
          psiWarn: monitor.psi_warn,
          psiAlert: monitor.psi_alert,
          alpha: monitor.alpha,
          minRows: monitor.min_rows,
          need: monitor.need,
          of: monitor.of,
        },
      })),
      folder: root,
    };
  });
  return {
    name: workspace.name,
    folder: root,
    models: modelsOf(specs),
    environments: environmentsOf(workspace.environments),
    people: peopleOf(workspace.people, workspace.access),
    personIds: Object.keys(workspace.people),
    channels: Object.entries(workspace.channels).map(([id, { topic, at }]) => ({ id, topic, at })),
    reactions: workspace.reactions,
    keepDays: workspace.predictions.keep_days,
    traffic: workspace.traffic,
  };
}

/** On the page a channel has the name that the file gives it; elsewhere what the file says under `at`. */
function homesOf({ channels }: WorkspaceFile, name: string): Address[] {
  const elsewhere = Object.entries(channels[name]?.at ?? {});
  return [['web', name], ...elsewhere].map(([platform = '', channel = '']) => ({
    platform,
    channel,
  }));
}

async function read(file: string): Promise<unknown> {
  try {
    return parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new ConfigInvalid(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function check(file: string, raw: unknown): WorkspaceFile {
  const parsed = Workspace.safeParse(raw);
  if (!parsed.success) throw new ConfigInvalid(file, z.prettifyError(parsed.error));
  const faults = contradictionsIn(parsed.data);
  if (faults.length > 0)
    throw new ConfigInvalid(file, faults.map((fault) => `✖ ${fault}`).join('\n'));
  return parsed.data;
}
