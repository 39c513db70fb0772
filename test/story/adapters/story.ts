import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskNamed } from '../../../src/tasks/index.ts';
import { metricOf } from '../../../src/tasks/words.ts';
import type { SmallTask } from '../../jobs/small-models.ts';
import { type Demo, type Home, makeHome } from '../demo.ts';
import { eventually } from '../eventually.ts';
import type { InboundEvent, Talk } from './talk.ts';
import { type Accounts, answering, sendDriftedTraffic, writeSmallWorkspace } from './workspace.ts';

export interface Stage {
  demo: Demo;
  /** The newest message of `talk` with this text. */
  sees(talk: Talk, what: string | RegExp): Promise<InboundEvent>;
  /** The same message, once it has this text. */
  edited(talk: Talk, message: InboundEvent, what: string | RegExp): Promise<InboundEvent>;
  look<T>(what: string, read: () => Promise<T | undefined | false>): Promise<T>;
  /** Kills the bot and waits for the next one. */
  restartBot(meanwhile?: () => Promise<void>): Promise<void>;
}

/** A whole Wheelhouse with these adapters, real processes, and a small model. */
export function withAdapters(
  title: string,
  open: () => Promise<{ talks: Talk[]; accounts: Accounts }>,
  tell: (stage: () => Stage, talks: () => Talk[]) => void,
  {
    plays = true,
    task,
    write = (folder, accounts) => writeSmallWorkspace(folder, accounts, task),
  }: {
    plays?: boolean;
    task?: SmallTask;
    write?: (folder: string, accounts: Accounts) => Promise<void>;
  } = {},
): void {
  describe.skipIf(!plays)(title, { timeout: 240_000 }, () => {
    let home: Home;
    let folder: string;
    let talks: Talk[];
    let stage: Stage;

    beforeAll(async () => {
      const opened = await open();
      talks = opened.talks;
      folder = await mkdtemp(join(tmpdir(), 'wheelhouse-adapters-'));
      await write(folder, opened.accounts);
      home = await makeHome();
      const env = await Promise.all(talks.map((talk) => talk.env()));
      const demo = await home.start(Object.assign({ WHEELHOUSE_WORKSPACE: folder }, ...env));
      stage = stageOf(demo);
    }, 240_000);

    afterAll(async () => {
      await home?.remove();
      for (const talk of talks ?? []) await talk.close();
      if (folder) await rm(folder, { recursive: true, force: true });
    }, 120_000);

    tell(
      () => stage,
      () => talks,
    );
  });
}

function stageOf(demo: Demo): Stage {
  const says = ({ text }: InboundEvent, what: string | RegExp) =>
    typeof what === 'string' ? text.includes(what) : what.test(text);
  const look: Stage['look'] = (what, read) =>
    eventually(what, read, { scene: () => demo.said(), within: 60_000 });
  return {
    demo,
    look,
    sees: (talk, what) =>
      look(`${talk.name} shows ${what}`, async () =>
        (await talk.messages()).findLast((message) => says(message, what)),
      ),
    edited: (talk, { name }, what) =>
      look(`${talk.name} edits ${name} to ${what}`, async () =>
        (await talk.messages()).find((message) => message.name === name && says(message, what)),
      ),
    async restartBot(meanwhile = async () => {}) {
      const killed = await demo.kill9('bot');
      await meanwhile();
      await look('the bot is started again', async () => {
        const pid = await demo.pidOf('bot');
        return pid !== undefined && pid !== killed;
      });
    },
  };
}

/** The adapter of a story with only one. */
export function only(talks: readonly Talk[]): Talk {
  const [talk] = talks;
  if (!talk) throw new Error('the adapter is not open');
  return talk;
}

/** The main job through one adapter: train, compare, promote, approve, go live, alert, roll back. */
export function tellStory(stage: () => Stage, talk: () => Talk, of: SmallTask): void {
  const task = taskNamed(of);
  const [metric = ''] = task.defaults.primary;

  it('trains, in one message that is edited in place', async () => {
    const { sees, edited } = stage();
    await talk().say('dev', 'train flights');
    const first = await sees(talk(), /flights.*(train|queued)/i);
    await edited(talk(), first, 'flights v1 is trained');
    const titles = (await talk().messages()).filter(({ text }) => text.includes('flights v1'));
    expect(titles).toHaveLength(1);
  });

  it('asks for what is missing in a form, and trains what was filled in', async () => {
    await talk().fill('dev', 'train', { 'parameters.quality': 'twin' });
    const second = await stage().sees(talk(), 'flights v2 is trained');
    expect(second.text).toContain('quality=twin');
  });

  it('compares two versions', async () => {
    await talk().say('dev', 'compare flights 2 1');
    const compared = await stage().sees(talk(), `${metricOf(metric, { task }).words} differs by`);
    expect(compared.text).toMatch(/95% interval/);
  });

  it('refuses in a ephemeral what cannot be, and changes nothing', async () => {
    const before = (await talk().messages()).length;
    await talk().say('dev', 'train flihgts');
    await stage().look('the refusal', async () =>
      (await talk().ephemerals('dev')).some((text) => text.includes('Did you mean')),
    );
    expect(await talk().messages()).toHaveLength(before);
  });

  it('does not allow people to approve their own request', async () => {
    await talk().say('dev', 'promote flights 1');
    const asked = await stage().sees(talk(), 'Approve flights v1 for production?');
    expect(asked.buttons).toEqual(expect.arrayContaining(['Approve', 'Reject']));
    await talk().react('dev', asked, { emoji: 'approve' });
    await stage().look('the word to dev', async () =>
      (await talk().ephemerals('dev')).some((text) => /requires the approver role/.test(text)),
    );
  });

  it('counts a reaction that was given while the bot was dead', async () => {
    const asked = await stage().sees(talk(), 'Approve flights v1 for production?');
    await stage().restartBot(() =>
      talk().react('lead', asked, { emoji: 'approve', silently: true }),
    );
    const live = await stage().edited(talk(), asked, 'flights v1 is live in production');
    expect(live.text).toContain('lead ✓ approves');
    await stage().look('who approved it, in words', async () =>
      (await talk().thread(asked)).some((text) => text.includes('Lena Lindqvist approved')),
    );
    const { demo, look } = stage();
    await look('v1 answers', async () => /"1"|:1\b/.test(await answering(demo.inferenceUrl)));
  });

  it('posts an alert with its charts when the traffic drifts', async () => {
    const answered = await sendDriftedTraffic(stage().demo.inferenceUrl);
    expect(answered).toEqual(task.answer.fields.map(({ name }) => name));
    const alert = await stage().sees(talk(), /distance.*different/s);
    await stage().look('the chart', async () =>
      (await talk().messages()).some(({ name, pictures }) => name === alert.name && pictures > 0),
    );
    expect(alert.buttons).toContain('Acknowledge');
  });

  it('promotes by button', async () => {
    await talk().say('dev', 'promote flights 2');
    const asked = await stage().sees(talk(), 'Approve flights v2 for production?');
    await talk().press('lead', asked, 'Approve');
    await stage().edited(talk(), asked, 'flights v2 is live in production');
  });

  it('rolls back, and says so on the message of what was replaced', async () => {
    await talk().say('dev', 'rollback flights');
    await stage().sees(talk(), /v1 is live.*again|rolled back/i);
    const { demo, look } = stage();
    await look('v1 answers again', async () => /"1"|:1\b/.test(await answering(demo.inferenceUrl)));
    await stage().sees(talk(), 'flights v2 was live in production');
  });

  it('leaves no message behind, and kept to the manners of the platform', async () => {
    await stage().look('nothing is half way', async () =>
      (await talk().messages()).every(
        ({ text }) => !/queued|running|checking the gates|switching/.test(text),
      ),
    );
    expect(talk().faults()).toEqual([]);
  });
}
