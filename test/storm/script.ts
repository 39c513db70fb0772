import type { Act, Emoji, On, Press, React } from './acts.ts';
import { type Actor, OUTVOTED, ROOMS, type Room, VOTERS } from './cast.ts';
import { choose, type Random } from './random.ts';

const IDLE: readonly Emoji[] = ['eyes', 'tada'];
const APPROVING: readonly Emoji[] = ['thumb', 'tanned thumb', 'check'];

/** A request that is open before the script begins. */
interface Request {
  id: string;
  rooms: readonly Room[];
  version: number;
  needed: number;
}

export interface Script {
  acts: readonly Act[];
  requests: readonly Request[];
  /** IDs of the alerts open at the beginning. */
  alerts: readonly string[];
  /** Versions of the model, besides those of the requests. */
  versions: number;
  /** By request that stays open: who must have a vote at the end, because their emoji is on it. */
  standing: ReadonlyMap<string, readonly Actor[]>;
}

/** A storm shuffles acts within windows of this size. */
export const WINDOW = 20;
/** At least this many acts lie between an act and one that depends on it: more than a storm shuffles. */
const APART = 45;
/** Separate from the versions that `/promote` names: a version has one open request only. */
const FIRST_REQUESTED = 2001;
const HOME: readonly Room[] = [ROOMS[0]];
/** More than there are people: requests with emoji votes stay open. */
const NEVER = 9;

/** About `length` acts, mostly reactions: see the head of `storm.ts` for why they commute. */
export function writeScript(random: Random, length: number): Script {
  const share = (part: number) => Math.max(1, Math.round(length * part));
  const requests: Request[] = [];
  const request = (name: string, needed: number, rooms: readonly Room[] = HOME): Request => {
    const version = FIRST_REQUESTED + requests.length;
    const one = { id: `approval-${name}-${version}`, version, needed, rooms };
    requests.push(one);
    return one;
  };
  const many = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i));

  const voted = many(Math.min(6, share(0.01)), (i) =>
    // A message in two places counts one vote.
    request('open', NEVER, i % 3 === 0 ? ['flights', 'ops'] : HOME),
  );
  const alerts = many(share(0.02), (i) => `alert-${String(i).padStart(3, '0')}`);
  const versions = share(0.02);

  type Draft = (n: number) => Act;
  const room = () => (random() < 0.7 ? ROOMS[0] : choose(random, ROOMS));
  const ready: Draft[] = [];
  const waiting: { from: number; draft: Draft }[] = [];
  const say =
    (who: Actor, line: string): Draft =>
    (n) => ({ kind: 'say', n, who, room: room(), line });
  const press =
    (who: Actor, on: On, label: string, more: Partial<Press> = {}): Draft =>
    (n) => ({
      ...{ kind: 'press', n, who, room: 'flights', on, label },
      ...{ twice: random() < 0.3, afterVotes: 0, ...more },
    });

  // Trainings; some are cancelled, by button or by command, long after they were requested.
  for (let i = 0; i < share(0.07); i += 1)
    ready.push((n) => {
      const draw = random();
      if (draw < 0.2)
        waiting.push({ from: n + APART, draft: press('dev', { runOf: n }, 'Cancel') });
      else if (draw < 0.7) {
        // Immediately, so the message may not have arrived.
        const line = 'cancel {run}';
        waiting.push({
          from: n + WINDOW,
          draft: (m) => ({ kind: 'say', n: m, who: 'ops', room: room(), line, runOf: n }),
        });
      }
      const line = `train flights seed=${n} trees=${1 + Math.floor(random() * 500)}`;
      return { kind: 'say', n, who: choose(random, ['dev', 'lead']), room: room(), line };
    });
  for (let i = 0; i < versions; i += 1) ready.push(say('dev', `promote flights ${1 + i}`));

  // Requests decided by buttons: by one vote, by two of which the second sees the first, or by a rejection.
  for (let i = 0; i < share(0.015); i += 1) {
    const { id } = request('quick', 1);
    ready.push(press(choose(random, VOTERS), { subject: `approval:${id}` }, 'Approve'));
  }
  for (let i = 0; i < share(0.015); i += 1) {
    const { id } = request('pair', 2);
    const on = { subject: `approval:${id}` } as const;
    ready.push((n) => {
      const draft = press(choose(random, ['ops', 'ann']), on, 'Approve', { afterVotes: 1 });
      waiting.push({ from: n + APART, draft });
      return press(choose(random, ['lead', 'ben']), on, 'Approve')(n);
    });
  }
  for (let i = 0; i < share(0.01); i += 1) {
    const { id } = request('no', 2);
    ready.push(press(choose(random, VOTERS), { subject: `approval:${id}` }, 'Reject'));
  }
  // Requests decided by one emoji.
  for (let i = 0; i < share(0.01); i += 1) {
    const [emoji, { id }]: [Emoji, Request] =
      i % 2 === 0 ? ['check', request('yes', 1)] : ['cross', request('nay', 2)];
    ready.push((n) => ({
      ...{ kind: 'react', n, who: choose(random, VOTERS), room: 'flights' },
      ...{ approval: id, emoji, on: true },
    }));
  }
  for (const [i, id] of alerts.entries())
    ready.push(
      i % 3 === 0
        ? say('dev', `acknowledge ${id}`)
        : press(choose(random, ['dev', 'ann']), { subject: `alert:${id}` }, 'Acknowledge'),
    );

  // Acts without effect: questions, mistakes, and people without the right. The same person asks for something else each
  // time: what Slack says has failed, and is asked again, is one question.
  let asked = 0;
  const another = () => {
    asked += 1;
    return 1 + (asked % 50);
  };
  const idle: readonly (() => Draft)[] = [
    () => say('eve', `runs --limit ${another()}`),
    () => say('dev', `runs --limit ${another()} flights`),
    () => say('ann', 'help train'),
    () => say('dev', 'train flights trees=banana'),
    () => say('dev', 'train fligths'),
    () => say('eve', 'train flights seed=7'),
    () => say('lead', 'promote flights 999999'),
    () => say('dev', 'cancel run-nothere1'),
    () => say('ops', 'acknowledge <!channel> @everyone'),
    () => say('mal', 'train flights'),
    () => say('lead', `approve ${voted[0]?.id} extra`),
    () => press(choose(random, OUTVOTED), onOf(choose(random, voted)), 'Approve'),
    () => press(choose(random, ['eve', 'mal']), onOf(choose(random, voted)), 'Reject'),
  ];
  for (let i = 0; i < share(0.15); i += 1) ready.push(choose(random, idle)());

  const stood = new Map<string, Pick<React, 'emoji' | 'room'>>();
  const react: Draft = (n) => {
    const { id: approval, rooms } = choose(random, voted);
    const outsider = random() < 0.12;
    const who = outsider ? choose(random, OUTVOTED) : choose(random, VOTERS);
    const against: readonly Emoji[] = outsider ? ['cross'] : [];
    const mine = [...stood].filter(([key]) => key.startsWith(`${approval} ${who} `));
    // Votes are removed often enough; otherwise everybody would soon have voted for everything.
    const [key, { emoji, room }] =
      mine.length > 0 && random() < 0.6
        ? choose(random, mine)
        : fresh(
            choose(random, random() < 0.5 ? IDLE : [...APPROVING, ...against]),
            choose(random, rooms),
          );
    function fresh(emoji: Emoji, room: Room) {
      return [`${approval} ${who} ${emoji} ${room}`, { emoji, room }] as const;
    }
    const on = !stood.has(key);
    if (on) stood.set(key, { emoji, room });
    else stood.delete(key);
    return { kind: 'react', n, who, room, approval, emoji, on };
  };

  const acts: Act[] = [];
  while (acts.length < length || ready.length > 0 || waiting.length > 0) {
    const n = acts.length;
    const next = waiting.findIndex(({ from }) => from <= n);
    const [late] = next < 0 ? [] : waiting.splice(next, 1);
    const draft =
      late?.draft ??
      (random() < ready.length / Math.max(1, length - n)
        ? ready.splice(Math.floor(random() * ready.length), 1)[0]
        : undefined);
    acts.push((draft ?? react)(n));
  }
  const standing = new Map(
    voted.map(({ id }) => [
      id,
      VOTERS.filter((who) =>
        [...stood].some(
          ([key, { emoji }]) => key.startsWith(`${id} ${who} `) && APPROVING.includes(emoji),
        ),
      ),
    ]),
  );
  return { acts, requests, alerts, versions, standing };
}

const onOf = ({ id }: Request): On => ({ subject: `approval:${id}` });
