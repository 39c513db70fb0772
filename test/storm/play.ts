import { deriveId } from '../../src/core/ids.ts';
import type { Subject } from '../../src/core/reply.ts';
import { eventually } from '../story/eventually.ts';
import type { Act, On, Press, React, Say } from './acts.ts';
import type { Container } from './container.ts';
import type { Place, Stage, Told } from './stage.ts';

const PATIENCE = { within: 300_000, every: 10 };

/** After that the button is pressed once more. */
const MOMENT = { within: 3000, every: 10 };

export interface Player {
  /** Does it, and makes sure that the bot received it: people retry what the platform lost. */
  perform(act: Say | Press): Promise<Told>;
  /** The message changes now; who receives the event comes later. */
  react(act: React): Promise<{ again(): Promise<unknown> }>;
  /** The platform's IDs for the events of an act, by its index in the script. */
  marks: ReadonlyMap<number, readonly string[]>;
  /** The ID of the run that an act requested. */
  runOf(n: number): string;
}

/** People who act on what they see. */
export function createPlayer(container: Container, stage: Stage): Player {
  const { registry } = container;
  const marks = new Map<number, string[]>();

  function runOf(n: number): string {
    const [event] = (marks.get(n) ?? []).flatMap(container.eventsOf);
    if (event === undefined) throw new Error(`act ${n} of the script was not heard`);
    return deriveId('run', event);
  }

  const subjectOf = (on: On): Subject => ('subject' in on ? on.subject : `run:${runOf(on.runOf)}`);

  async function messageOf(subject: Subject, channel: string): Promise<Place | undefined> {
    const copies = await registry.outbox.copies(subject);
    const message = copies.find(({ address }) => address.channel === channel)?.message;
    return message === undefined ? undefined : { channel, message };
  }

  const seen = (subject: Subject, channel: string) =>
    eventually(`the message of ${subject}`, () => messageOf(subject, channel), PATIENCE);

  async function say({ who, room, line, runOf: of }: Say): Promise<Told[]> {
    if (of === undefined) return [await stage.say({ who, room, line })];
    const run = runOf(of);
    await eventually(`the run ${run}`, () => registry.runs.get(run), PATIENCE);
    return [await stage.say({ who, room, line: line.replace('{run}', run) })];
  }

  async function press({ who, room, on, label, twice, afterVotes }: Press): Promise<Told[]> {
    const subject = subjectOf(on);
    // The buttons of this script are in the first state of their message.
    const place = await seen(subject, stage.channel(room));
    if (afterVotes > 0) {
      const id = subject.slice('approval:'.length);
      const voted = async () => (await registry.approvals.get(id)).votes.length >= afterVotes;
      await eventually(`a vote on ${id}`, voted, PATIENCE);
    }
    return stage.press({ who, label, times: twice ? 2 : 1, ...place });
  }

  const isInboundEvent = (told: readonly Told[]) =>
    told.some(
      ({ acknowledged, mark }) =>
        acknowledged || (!stage.personsRetry && container.eventsOf(mark).length > 0),
    );

  return {
    marks,
    runOf,
    async perform(act) {
      const told = act.kind === 'say' ? await say(act) : await press(act);
      const [first] = told;
      if (!first) throw new Error(`nothing came of act ${act.n}`);
      const note = () => marks.set(act.n, [...new Set(told.map(({ mark }) => mark))]);
      note();
      for (let last = first; !isInboundEvent(told); ) {
        await eventually('a connection', async () => stage.listens(), PATIENCE);
        last = await last.retried();
        told.push(last);
        note();
        const heard = async () => isInboundEvent(told);
        await eventually('an event that is heard', heard, MOMENT).catch(() => undefined);
      }
      return first;
    },
    async react({ who, room, approval, emoji, on }) {
      const place = await seen(`approval:${approval}`, stage.channel(room));
      const event = await stage.react({ who, emoji, on, ...place });
      return event;
    },
  };
}

export const isReaction = (act: Act): act is React => act.kind === 'react';
