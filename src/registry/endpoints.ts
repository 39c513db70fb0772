import type { Connection } from 'mongoose';
import type { Deployment } from '../core/ports/deployments.ts';
import type {
  EndpointChange,
  EndpointState,
  Handover,
  Hold,
  Lock,
} from '../core/ports/endpoints.ts';
import { endedRollout, type RolloutEnd, type RolloutState } from '../core/rollout.ts';
import { DUE_INDEX, dueField, dueNew, dueSet, type WithDue } from './due-events.ts';
import { unlessThere } from './reach.ts';
import { anything, date, RowSchema, word } from './schema.ts';

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
export interface Endpoint extends WithDue {
  /** `flights/production` */
  _id: string;
  model: string;
  environment: string;
  revision: number;
  /** Deployments that may be live, oldest first; the last one is live. */
  stack: string[];
  /**
   * The newest switch; earlier ones are in the deployments' statuses already. Undefined if nothing was ever
   * live, and someone locked or held the endpoint.
   */
  last?: { at: Date; replaced?: string; kind: Deployment['kind'] };
  lock?: Lock;
  hold?: Hold;
  oncall?: Handover;
  rollout?: RolloutState;
  ended?: RolloutEnd;
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
    type: { at: date, replaced: String, kind: word },
  },
  lock: {
    _id: false,
    type: { by: word, why: word, change: word, since: date, until: date },
  },
  hold: { _id: false, type: { since: date, by: word, why: word } },
  oncall: { _id: false, type: { person: word, by: word, since: date, until: date } },
  rollout: anything,
  ended: anything,
  ...dueField,
});
endpointSchema.index(...DUE_INDEX);

export function deploymentModels(connection: Connection) {
  return {
    rows: deploymentSchema.in(connection, 'Deployment', 'deployments'),
    endpoints: endpointSchema.in(connection, 'Endpoint', 'endpoints'),
  };
}

export type DeploymentModels = ReturnType<typeof deploymentModels>;

/** The deployment with the status that follows from `endpoint`, whatever its own document says. */
export function toDeployment(row: DeploymentRow, endpoint: Endpoint | undefined): Deployment {
  const { _id, position: _, replaces: __, ...deployment } = row;
  const plain = { id: _id, ...deployment };
  if (!endpoint) return plain;
  if (isOver(endpoint.ended, _id)) return { ...plain, status: 'rolled_back' };
  const { last } = endpoint;
  if (!last) return plain;
  if (_id === endpoint.stack.at(-1)) return { ...plain, status: 'live', since: last.at };
  if (_id === last.replaced) return { ...plain, status: afterwards(last) };
  return plain;
}

/**
 * Writes the last switch to the deployments it affected. Statuses only move forward (pending, live, superseded,
 * rolled back), so that a late process that repairs an older revision changes nothing.
 */
export async function heal({ rows }: DeploymentModels, endpoint: Endpoint): Promise<void> {
  const { last, revision, stack, ended } = endpoint;
  // It was never live, so that it has no position in the history.
  if (ended && isOver(ended, ended.deployment))
    await rows.updateOne(
      { _id: ended.deployment, status: 'pending' },
      { $set: { status: 'rolled_back' } },
    );
  if (!last) return;
  await rows.updateOne(
    { _id: stack.at(-1) ?? '', status: 'pending' },
    { $set: { status: 'live', since: last.at, position: revision } },
  );
  if (last.replaced === undefined) return;
  await rows.updateOne(
    { _id: last.replaced, status: { $in: ['pending', 'live'] } },
    { $set: { status: afterwards(last) } },
  );
}

/** Whether its status follows from the endpoint alone, whatever its own document says. */
export const isDecided = ({ stack, last, ended }: Endpoint, deployment: string): boolean =>
  isOver(ended, deployment) ||
  (last !== undefined && [stack.at(-1), last.replaced].includes(deployment));

/** Whether that deployment was a challenger, and its rollout ended before it went live. */
function isOver(ended: RolloutEnd | undefined, deployment: string): boolean {
  return ended !== undefined && ended.deployment === deployment && ended.outcome !== 'promoted';
}

function afterwards({ kind }: NonNullable<Endpoint['last']>): Deployment['status'] {
  return kind === 'rollback' ? 'rolled_back' : 'superseded';
}

/** What a write leaves of the endpoint that it was based on. */
type Switch = Pick<Endpoint, 'stack' | 'last'>;

/**
 * Writes the next revision if the endpoint is still as in `seen`: what is live and the fields of `change`, in
 * one write. Undefined if another process was first.
 */
export async function writeEndpoint(
  { endpoints }: DeploymentModels,
  { model, environment }: Pick<Endpoint, 'model' | 'environment'>,
  seen: Endpoint | undefined,
  change: Partial<Switch> & EndpointChange,
): Promise<Endpoint | undefined> {
  const _id = `${model}/${environment}`;
  const { stack = seen?.stack ?? [], last = seen?.last, events = [], ...fields } = change;
  const { next, removed } = merged(
    { ...(seen ?? { _id, model, environment }), stack, revision: (seen?.revision ?? 0) + 1 },
    { ...fields, ...(last && { last }) },
  );
  if (!seen)
    return (await unlessThere(() => endpoints.create({ ...next, ...dueNew(events) }))) && next;
  const { _id: _, due: __, ...set } = next;
  const { matchedCount } = await endpoints.updateOne(
    { _id, revision: seen.revision },
    {
      $set: { ...set, ...dueSet(events) },
      ...(removed.length > 0 && { $unset: Object.fromEntries(removed) }),
    },
  );
  return matchedCount === 0 ? undefined : next;
}

/** A switch ends the rollout at its endpoint: that of its own deployment, or one that is overtaken. */
export function endOfRollout(
  rollout: RolloutState | undefined,
  { _id, by, reason }: Pick<DeploymentRow, '_id' | 'by' | 'reason'>,
  at: Date,
): EndpointChange {
  if (!rollout) return {};
  const outcome = rollout.deployment === _id ? 'promoted' : 'replaced';
  return { rollout: null, ended: endedRollout(rollout, { outcome, by, why: reason, at }) };
}

/** The document after a change, and its fields that are to be removed. */
function merged(before: Endpoint, { last, ...change }: EndpointChange & Pick<Switch, 'last'>) {
  const { lock, hold, oncall, rollout, ended } = change;
  const next: Endpoint = {
    ...before,
    ...(last && { last }),
    ...(lock && { lock }),
    ...(hold && { hold }),
    ...(oncall && { oncall }),
    ...(rollout && { rollout }),
    ...(ended && { ended }),
  };
  if (lock === null) delete next.lock;
  if (hold === null) delete next.hold;
  if (oncall === null) delete next.oncall;
  if (rollout === null) delete next.rollout;
  const removed = Object.entries({ lock, hold, oncall, rollout }).filter(
    ([, value]) => value === null,
  );
  return { next, removed: removed.map(([name]) => [name, '']) };
}

/** The endpoint as others may see it: what is live, and what keeps it from changing. */
export function toState(
  of: Pick<Endpoint, 'model' | 'environment'>,
  endpoint: Endpoint | undefined,
): EndpointState {
  const { model, environment } = of;
  const stable = endpoint?.stack.at(-1);
  return {
    ...{ model, environment, revision: endpoint?.revision ?? 0 },
    ...(stable !== undefined && { stable }),
    ...(endpoint?.lock && { lock: endpoint.lock }),
    ...(endpoint?.hold && { hold: endpoint.hold }),
    ...(endpoint?.oncall && { oncall: endpoint.oncall }),
    ...(endpoint?.rollout && { rollout: endpoint.rollout }),
    ...(endpoint?.ended && { ended: endpoint.ended }),
  };
}
