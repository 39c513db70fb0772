import type { Command } from '../core/command.ts';
import type { Needs } from '../core/world.ts';
import type { Offers } from './complete.ts';

type Sources = Needs<
  | 'models'
  | 'environments'
  | 'versions'
  | 'runs'
  | 'approvals'
  | 'alerts'
  | 'arrivals'
  | 'proposals'
>;
type Offer = Awaited<ReturnType<Offers>>;

/** The existing names, newest first. */
export function createOffers(commands: readonly Command[], world: Sources): Offers {
  return async (kind, { words }): Promise<Offer> => {
    const model = world.models.list().find(({ name }) => words.includes(name));
    switch (kind) {
      case 'command':
        return commands.map(({ name, summary }) => ({ value: name, hint: summary }));
      case 'model':
        return world.models.list().map(({ name, summary }) => ({ value: name, hint: summary }));
      case 'parameter':
        return Object.entries(model?.parameters ?? {}).map(([name, parameter]) => ({
          value: `${name}=`,
          hint: `${parameter.summary} (default ${parameter.default})`,
        }));
      case 'environment':
        return world.environments.list().map((name, at) => ({
          value: name,
          hint: at === 0 ? 'the default' : '',
        }));
      case 'version':
        return model ? versions(world, model.name) : [];
      case 'run':
        return (await world.runs.list({ limit: 25 })).map((run) => ({
          value: run.id,
          hint: `${run.kind} ${run.model}, ${run.status}`,
        }));
      case 'approval':
        return (await world.approvals.list({ statuses: ['open'], limit: 25 })).map((approval) => ({
          value: approval.id,
          hint: `${approval.model} v${approval.version} into ${approval.environment}`,
        }));
      case 'proposal':
        return (await world.proposals.list({ status: 'open', limit: 25 })).map((proposal) => ({
          value: proposal.id,
          hint: `/${proposal.command}, by ${proposal.agent}`,
        }));
      case 'alert':
        return (await world.alerts.list({ limit: 25 })).map((alert) => ({
          value: alert.id,
          hint: `${alert.monitor} of ${alert.model} v${alert.version}, ${alert.status}`,
        }));
      case 'arrival':
        return (await world.arrivals.list({ statuses: ['quarantined'], limit: 25 })).map((one) => ({
          value: one.id,
          hint: `${one.name} of ${one.model}`,
        }));
    }
  };
}

async function versions(world: Sources, model: string): Promise<Offer> {
  const list = await world.versions.list(model, 20);
  const numbered = list.map((version) => ({
    value: String(version.number),
    hint: `run ${version.run}, by ${version.createdBy}`,
  }));
  const environments = world.environments.list();
  const apart = environments.length > 1 ? environments : [];
  return [
    ...numbered,
    { value: 'latest', hint: 'the newest version' },
    { value: 'champion', hint: 'the version that is live' },
    ...apart.map((name) => ({ value: `champion@${name}`, hint: `the version live in ${name}` })),
  ];
}
