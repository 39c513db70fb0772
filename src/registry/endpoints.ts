import type { Connection } from 'mongoose';
import type { Deployment } from '../core/ports/deployments.ts';
import { RowSchema, word } from './schema.ts';

export type DeploymentRow = Omit<Deployment, 'id' | 'takenOut'> & {
  _id: string;
  /** The endpoint's revision by which it went live; 0 before. Orders the history. */
  position: number;
  /** For a rollback: the deployment it replaced. */
  replaces?: string;
};

/**
 * What is live for one model in one environment. Changed as a whole, conditional on `revision`, so that a
 * switch either happened or did not; the deployments' own statuses follow from it.
 */
export interface Endpoint {
  /** `flights/production` */
  _id: string;
  model: string;
  environment: string;
  revision: number;
  /** Deployments that may be live, oldest first; the last one is live. */
  stack: string[];
  /** The switch that led to this revision; earlier ones are in the deployments' statuses already. */
  last: { at: Date; replaced?: string; kind: Deployment['kind'] };
}

const deploymentSchema = new RowSchema<DeploymentRow>({
  _id: word,
  model: word,
  version: { type: Number, required: true },
  environment: word,
  status: { ...word, enum: ['pending', 'live', 'superseded', 'rolled_back'] },
  kind: { ...word, enum: ['promotion', 'rollback'] },
  by: word,
  reason: String,
  approval: String,
  artifact: word,
  since: { type: Date, required: true },
  position: { type: Number, required: true },
  replaces: String,
});
deploymentSchema.index({ model: 1, environment: 1, position: -1 });

const endpointSchema = new RowSchema<Endpoint>({
  _id: word,
  model: word,
  environment: word,
  revision: { type: Number, required: true },
  stack: [String],
  last: {
    _id: false,
    type: { at: { type: Date, required: true }, replaced: String, kind: word },
  },
});

export function deploymentModels(connection: Connection) {
  return {
    rows: deploymentSchema.in(connection, 'Deployment', 'deployments'),
    endpoints: endpointSchema.in(connection, 'Endpoint', 'endpoints'),
  };
}

type DeploymentModels = ReturnType<typeof deploymentModels>;

/** The deployment with the status that follows from `endpoint`, whatever its own document says. */
export function toDeployment(row: DeploymentRow, endpoint: Endpoint | undefined): Deployment {
  const { _id, position: _, replaces: __, ...deployment } = row;
  const plain = { id: _id, ...deployment };
  if (!endpoint) return plain;
  if (_id === endpoint.stack.at(-1)) return { ...plain, status: 'live', since: endpoint.last.at };
  if (_id === endpoint.last.replaced) return { ...plain, status: afterwards(endpoint) };
  return plain;
}

/**
 * Writes the last switch to the deployments it affected. Statuses only move forward (pending, live, superseded,
 * rolled back), so that a late process that repairs an older revision changes nothing.
 */
export async function heal({ rows }: DeploymentModels, endpoint: Endpoint): Promise<void> {
  const { last, revision, stack } = endpoint;
  await rows.updateOne(
    { _id: stack.at(-1) ?? '', status: 'pending' },
    { $set: { status: 'live', since: last.at, position: revision } },
  );
  if (last.replaced === undefined) return;
  await rows.updateOne(
    { _id: last.replaced, status: { $in: ['pending', 'live'] } },
    { $set: { status: afterwards(endpoint) } },
  );
}

function afterwards({ last }: Endpoint): Deployment['status'] {
  return last.kind === 'rollback' ? 'rolled_back' : 'superseded';
}
