import { randomUUID } from 'node:crypto';
import { commands } from '../../commands/index.ts';
import { peopleOf } from '../../config/people.ts';
import type { Address } from '../../src/core/address.ts';
import type {
  Dispatch,
  InboundEvent,
  MessageReaction,
  MessageReply,
  Platform,
} from '../../src/core/platform.ts';
import type { Subject } from '../../src/core/reply.ts';
import { createDispatch } from '../../src/dispatch/index.ts';
import { openDesk } from '../commands/desk.ts';
import { state } from '../outbox/adapters.ts';

/** A person known on both, one of the page only, and one who is an approver only by a group. */
const people = peopleOf(
  {
    dev: { name: 'Dev', role: 'operator', identities: { slack: 'UDEV' } },
    ann: { name: 'Ann', role: 'approver', identities: { slack: 'UANN' } },
    bob: { name: 'Bob', role: 'approver', identities: { slack: 'UBOB' } },
    page: { name: 'Paige', role: 'approver', identities: {} },
  },
  { slack: { groups: { LEADS: 'approver' }, channels: {}, users: {} } },
);
const emoji = { approve: ['✅', '+1'], reject: ['❌'] };

/** A platform whose messages carry emoji, before the real commands and the real registry. */
export async function openBallot() {
  const desk = await openDesk();
  const world = Object.defineProperty(desk.world, 'people', { value: people });
  const standing = new Map<string, MessageReaction[]>();
  const unreadable = new Map<string, Error>();
  /** Threads: their replies, or why they cannot be read. */
  const written = new Map<string, MessageReply[] | Error>();
  const unasked = async (): Promise<never> => {
    throw new Error('nobody asked for that');
  };
  /** Between reading the message and acting on it. */
  const after = { look: async () => {}, refused: async () => {} };
  const slack: Platform = {
    name: 'slack',
    start: async () => {},
    stop: async () => {},
    post: unasked,
    edit: unasked,
    async reactions(_where, message) {
      const trouble = unreadable.get(message);
      if (trouble) {
        await after.refused();
        throw trouble;
      }
      const seen = [...(standing.get(message) ?? [])];
      await after.look();
      return seen;
    },
    async replies(_where, message) {
      const found = written.get(message) ?? [];
      if (found instanceof Error) throw found;
      return found;
    },
  };
  const said: string[] = [];
  const kept: InboundEvent[] = [];
  const log = {
    info: () => {},
    warn: (_: object, words: string) => void said.push(words),
    error: (_: object, words: string) => void said.push(words),
  };
  const open = (): Dispatch =>
    createDispatch(commands, world, {
      ...{
        log,
        emoji,
        platforms: [slack],
        keep: async (inbound) => void kept.push(inbound),
        againMs: [1],
      },
      recount: async () => {},
    }).dispatch;

  return {
    ...desk,
    dispatch: open(),
    restart: open,
    after,
    said,
    kept,
    unreadable,
    standing,
    written,
    by: (user: string, groups?: string[]) => ({
      platform: 'slack',
      user,
      ...(groups && { groups }),
    }),
    async request({ requestedBy = 'dev', needed = 9, at = ['C1'] } = {}) {
      const id = `approval-${randomUUID().slice(0, 8)}`;
      const version = (await desk.addVersion(randomUUID().replaceAll('-', ''))).number;
      const { approvals, outbox } = desk.registry;
      await approvals.request({
        ...{ id, model: 'flights', version, environment: 'production', requestedBy, needed },
      });
      const evidence = { artifact: 'a', gates: [], metrics: {}, digest: 'e' };
      await approvals.open(id, evidence, new Date(desk.clock.now().getTime() + 3_600_000));
      const subject: Subject = `approval:${id}`;
      for (const channel of at) {
        const address: Address = { platform: 'slack', channel };
        await desk.world.replies.open(subject, address, state('may it go live?'));
        await outbox.markDelivered({ subject, address, delivered: 0 }, `${id}-${channel}`, 1);
      }
      const [message = ''] = at.map((channel) => `${id}-${channel}`);
      return { id, subject, message };
    },
    /** A change on the platform, whether or not its event arrives. */
    put(message: string, user: string, which: string, groups?: string[]) {
      const one = { emoji: which, by: { platform: 'slack', user, ...(groups && { groups }) } };
      standing.set(message, [...(standing.get(message) ?? []), one]);
    },
    take(message: string, user: string, which: string) {
      const left = (standing.get(message) ?? []).filter(
        (one) => one.by.user !== user || one.emoji !== which,
      );
      standing.set(message, left);
    },
    event(message: string, user: string, which: string, on: boolean, groups?: string[]) {
      return {
        ...{ id: randomUUID(), emoji: which, on, message },
        by: { platform: 'slack', user, ...(groups && { groups }) },
        from: { platform: 'slack', channel: 'C1' },
      };
    },
    async votes(id: string) {
      const { votes } = await desk.registry.approvals.get(id);
      return votes.map(({ person, verdict }) => `${person} ${verdict}`).sort();
    },
  };
}
