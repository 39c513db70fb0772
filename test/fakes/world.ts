import { systemClock } from '../../src/core/clock.ts';
import { NotFound } from '../../src/core/errors.ts';
import { holds, type Person } from '../../src/core/people.ts';
import type { World } from '../../src/core/world.ts';

const PEOPLE: Person[] = [
  { id: 'dev', name: 'Dev', role: 'operator', on: ['web'] },
  { id: 'lead', name: 'Lead', role: 'approver', on: ['web'] },
  { id: 'ops', name: 'Ops', role: 'admin', on: ['web'] },
];

const unused = (name: string): never => {
  throw new Error(`this test has no ${name}`);
};

/** A world for tests of the dispatch: people and an outbox, and nothing that a command could change. */
export function createWorld(): World & {
  opened: { subject: string; at: string }[];
  audited: string[];
} {
  const opened: { subject: string; at: string }[] = [];
  const audited: string[] = [];
  const handled = new Set<string>();
  const nowhere = (name: string) => () => unused(name);
  return {
    opened,
    audited,
    clock: systemClock,
    people: {
      of: ({ platform, user }) =>
        platform === 'web' ? PEOPLE.find(({ id }) => id === user) : undefined,
      byId: (id) => PEOPLE.find((person) => person.id === id),
      accountsOf: () => [],
      atLeast: (role) => PEOPLE.filter((person) => holds(person, role)),
      stranger: ({ user }) => ({ id: user, name: user, role: 'viewer', on: [] }),
      vouchesFor: () => false,
      canLink: () => false,
      link: nowhere('links'),
      unlink: nowhere('links'),
      replaceLinks: nowhere('links'),
    },
    models: {
      list: () => [],
      get: (name) => {
        throw new NotFound(`There is no model "${name}".`);
      },
    },
    replies: {
      async open(subject, { platform, channel }) {
        opened.push({ subject, at: `${platform}/${channel}` });
      },
      show: nowhere('replies'),
      tell: nowhere('replies'),
      subjectOf: nowhere('replies'),
      placesOf: nowhere('replies'),
    },
    get environments() {
      return unused('environments');
    },
    get webhooks() {
      return unused('webhooks');
    },
    get tracking() {
      return unused('tracking');
    },
    get exports() {
      return unused('exports');
    },
    get deliveries() {
      return unused('deliveries');
    },
    get backlog() {
      return unused('backlog');
    },
    get engines() {
      return unused('engines');
    },
    get targets() {
      return unused('targets');
    },
    handledEvents: {
      has: async (event) => handled.has(event),
      add: async (event) => void handled.add(event),
    },
    get dueEvents() {
      return unused('due events');
    },
    get knownTargets() {
      return unused('known targets');
    },
    get tickets() {
      return unused('tickets');
    },
    get ticketCheck() {
      return unused('ticket check');
    },
    get witness() {
      return unused('witness');
    },
    get notary() {
      return unused('notary');
    },
    get versions() {
      return unused('versions');
    },
    get runs() {
      return unused('runs');
    },
    get approvals() {
      return unused('approvals');
    },
    get deployments() {
      return unused('deployments');
    },
    freezes: {
      calendar: { windows: [], readOnly: false },
      current: async () => [],
      begin: nowhere('freezes'),
      end: nowhere('freezes'),
    },
    get endpoints() {
      return unused('endpoints');
    },
    get agents() {
      return unused('agents');
    },
    get proposals() {
      return unused('proposals');
    },
    get quarantines() {
      return unused('quarantines');
    },
    get alerts() {
      return unused('alerts');
    },
    get findings() {
      return unused('findings');
    },
    audit: {
      async append({ action, by, via }) {
        audited.push(`${by} ${action} via ${via}`);
      },
      find: nowhere('audit'),
      after: nowhere('audit'),
      list: nowhere('audit'),
      head: nowhere('audit'),
    },
    get subscriptions() {
      return unused('subscriptions');
    },
    get directMessages() {
      return unused('directMessages');
    },
    get links() {
      return unused('links');
    },
    identities: { now: async (account) => account },
    get arrivals() {
      return unused('arrivals');
    },
    get pipelines() {
      return unused('pipelines');
    },
    get retrainings() {
      return unused('retrainings');
    },
    get arrivalReader() {
      return unused('arrivalReader');
    },
    get artifacts() {
      return unused('artifacts');
    },
    get jobs() {
      return unused('jobs');
    },
    get bus() {
      return unused('bus');
    },
    get inboundHandler() {
      return unused('inboundHandler');
    },
    get courier() {
      return unused('courier');
    },
    get programs() {
      return unused('programs');
    },
    get trials() {
      return unused('trials');
    },
    get datasets() {
      return unused('datasets');
    },
    get scorer() {
      return unused('scorer');
    },
    get runFolders() {
      return unused('runFolders');
    },
    get traffic() {
      return unused('traffic');
    },
    get tallies() {
      return unused('tallies');
    },
    get predictions() {
      return unused('predictions');
    },
    get profiles() {
      return unused('profiles');
    },
    get gateway() {
      return unused('gateway');
    },
    get charts() {
      return unused('charts');
    },
  };
}
