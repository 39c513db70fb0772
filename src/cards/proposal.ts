import type { Card, Fact } from '../core/card.ts';
import { moment } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import type { People } from '../core/people.ts';
import type { Proposal } from '../core/ports/proposals.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

export const proposalSubject = ({ id }: Pick<Proposal, 'id'>): Subject => `proposal:${id}`;

type Names = Pick<People, 'byId'>;

/** The command as a person would type it: `/promote flights 3 --to staging`. */
export function proposedCall(
  { command, input }: Pick<Proposal, 'command' | 'input'>,
  words: readonly string[] = [],
): string {
  const first = words.flatMap((name) => (Object.hasOwn(input, name) ? [quoted(input[name])] : []));
  const others = Object.entries(input)
    .filter(([name]) => !words.includes(name))
    .flatMap(([name, value]) => spelled(name, value));
  return [`/${command}`, ...first, ...others].join(' ');
}

function spelled(name: string, value: unknown): string[] {
  if (value === true) return [`--${name}`];
  if (value === false || value === undefined || value === null) return [];
  if (typeof value === 'object')
    return Object.entries(value).map(([key, each]) => `${key}=${quoted(each)}`);
  return [`--${name} ${quoted(value)}`];
}

const quoted = (value: unknown): string =>
  /^[\w.@:-]+$/.test(String(value)) ? String(value) : JSON.stringify(String(value));

const nameOf = (id: string, people: Names) => people.byId(id)?.name ?? id;

/** What everyone sees of a proposal. `problem`: why it could not be run after it was accepted. */
export function proposalState(
  proposal: Proposal,
  call: string,
  people: Names,
  problem?: string,
): State {
  const { id, agent, owner, status, decidedBy, why } = proposal;
  const by = decidedBy === undefined ? '' : nameOf(decidedBy, people);
  const about = `${agent}'s proposal`;
  const titles: Record<Proposal['status'], string> = {
    open: `${agent} proposes ${call}`,
    accepted:
      problem === undefined ? `${by} ran ${about}: ${call}` : `${by} accepted ${about}: ${call}`,
    dismissed: `${by} dismissed ${about}: ${call}`,
    expired: `Nobody ran ${about} in time: ${call}`,
  };
  const facts: Fact[] = [
    { label: 'Agent', value: `${agent}, of ${nameOf(owner, people)}` },
    ...(why === undefined ? [] : [{ label: 'Reason given by the agent', value: why }]),
    ...(problem === undefined ? [] : [{ label: 'Not done', value: problem }]),
  ];
  const card: Card = {
    title: titles[status],
    tone:
      problem !== undefined
        ? 'danger'
        : status === 'open'
          ? 'progress'
          : status === 'accepted'
            ? 'success'
            : 'note',
    facts,
    footer: `Proposal ${id}`,
  };
  if (status !== 'open') return { card, outcome: outcomeOf(status), data: toJson({ proposal }) };
  return {
    card: {
      ...card,
      text: `Nothing has been done. Anyone who may run this command can run it, except ${nameOf(owner, people)}, whose agent asks.`,
      facts: [...facts, { label: 'Expires', value: `${moment(proposal.expiresAt)} UTC` }],
      actions: [
        {
          label: 'Run it',
          command: 'accept',
          argument: id,
          style: 'primary',
          confirm: `Run ${call}?`,
        },
        { label: 'Dismiss', command: 'dismiss', argument: id },
      ],
    },
    outcome: 'pending',
    data: toJson({ proposal }),
  };
}

const outcomeOf = (status: Proposal['status']): State['outcome'] =>
  status === 'accepted' ? 'done' : 'refused';
