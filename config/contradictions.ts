import { validate } from 'node-cron';
import type { WorkspaceFile } from './schema.ts';

type Model = WorkspaceFile['models'][string];
type Parameter = Model['parameters'][string];

/** Columns of a dataset, or of a profile, that mean something of their own. */
const TAKEN = ['label', 'entity', 'score'];

/** What is well-formed and cannot be meant, each with its path. */
export function contradictionsIn({ models, channels, people }: WorkspaceFile): string[] {
  const approvers = Object.values(people).filter(
    ({ role }) => role === 'approver' || role === 'admin',
  ).length;
  const ofModels = Object.entries(models).flatMap(([name, model]) => {
    const faults = [...inFeatures(model), ...inParameters(model), ...inMonitors(model)];
    if (!Object.hasOwn(channels, model.channel))
      faults.push(`channel: there is no channel "${model.channel}"`);
    if (model.training.from >= model.training.to) faults.push('training: it ends before it begins');
    if (model.approval.needed > approvers)
      faults.push(
        `approval.needed: ${model.approval.needed} approvals, but only ${approvers} people may approve`,
      );
    return faults.map((fault) => `models.${name}.${fault}`);
  });
  return [...ofModels, ...twins(people)];
}

function inFeatures({ features, label }: Model): string[] {
  const names = Object.keys(features);
  if (names.length === 0) return ['features: a model needs at least one'];
  return [
    ...names
      .filter((name) => TAKEN.includes(name))
      .map((name) => `features.${name}: the name is taken, call it otherwise`),
    ...(names.includes(label) ? [`features.${label}: the label cannot be a feature`] : []),
  ];
}

function inParameters({ parameters }: Model): string[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    const fault = faultIn(parameter);
    return fault === undefined ? [] : [`parameters.${name}.${fault}`];
  });
}

function faultIn({ type, default: value, min, max, choices }: Parameter): string | undefined {
  const numeric = type === 'integer' || type === 'number';
  if (typeof value !== (numeric ? 'number' : type))
    return `default: expected a value of type ${type}`;
  if (!numeric && (min !== undefined || max !== undefined))
    return `type: ${type} has no min or max`;
  if (choices && type !== 'string') return `type: ${type} has no choices`;
  if (choices && typeof value === 'string' && !choices.includes(value))
    return 'default: it is none of the choices';
  if (typeof value !== 'number') return undefined;
  if (type === 'integer' && !Number.isInteger(value)) return 'default: expected a whole number';
  if (min !== undefined && max !== undefined && min > max) return 'min: it is above max';
  return value < (min ?? value) || value > (max ?? value)
    ? 'default: it is outside of min and max'
    : undefined;
}

function inMonitors({ monitors, features }: Model): string[] {
  return Object.entries(monitors).flatMap(([key, monitor]) => {
    const faults: string[] = [];
    const unknown = monitor.important.filter((feature) => !Object.hasOwn(features, feature));
    if (unknown.length > 0) faults.push(`.important: no feature "${unknown.join('", "')}"`);
    if (monitor.need > monitor.of)
      faults.push(`: need ${monitor.need} of ${monitor.of} can never be`);
    if (monitor.psi_warn > monitor.psi_alert) faults.push('.psi_warn: it is above psi_alert');
    if (!validate(monitor.schedule))
      faults.push(`.schedule: "${monitor.schedule}" is no cron expression`);
    return faults.map((fault) => `monitors.${key}${fault}`);
  });
}

/** One identity of two people: either would speak, and vote, as the other. */
function twins(people: WorkspaceFile['people']): string[] {
  const known = new Map<string, string>();
  return Object.entries(people).flatMap(([id, { identities }]) =>
    Object.entries(identities).flatMap(([platform, user]) => {
      const other = known.get(`${platform}:${user}`);
      if (other === undefined) known.set(`${platform}:${user}`, id);
      return other === undefined
        ? []
        : [`people.${id}.identities.${platform}: "${user}" is ${other} already`];
    }),
  );
}
