import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Card } from '../../../src/core/card.ts';
import { BadInput, Refused } from '../../../src/core/errors.ts';
import type { Invocation } from '../../../src/core/platform.ts';
import type { ChatLog } from '../../../src/core/ports/chat-log.ts';
import { answer, live, type Outcome, type Reply, refusal } from '../../../src/core/reply.ts';
import type { HttpAdapters } from '../../../src/platforms/http/adapters.ts';
import { type ScriptedDispatch, scriptedDispatch } from '../../fakes/dispatch.ts';
import { memoryChatLog } from '../../fakes/memory-chat-log.ts';
import { makeAdapters, TOKEN } from './open-adapters.ts';
import { runHere, runProgram } from './run-cli.ts';

const TIME = { timeout: 60_000, interval: 20 };
const DONE: Card = { title: 'Trained flights v2', tone: 'success' };
const training = (share: number): Card => ({
  title: 'Training flights',
  tone: 'progress',
  progress: { share, words: 'fitting trees' },
  actions: [{ label: 'Cancel', command: 'cancel', argument: 'run-1' }],
});

// Some tests start the program, which takes seconds on a busy machine; the others call what it calls.
describe('platforms/terminal/cli', () => {
  let chatLog: ChatLog;
  let adapters: HttpAdapters;
  let dispatch: ScriptedDispatch;
  let reply: (invocation: Invocation) => Reply;

  beforeEach(async () => {
    chatLog = memoryChatLog();
    reply = () => answer({ title: 'Two models', tone: 'note' }, { models: ['flights', 'fares'] });
    dispatch = scriptedDispatch({ invoke: (invocation) => reply(invocation) });
    adapters = makeAdapters(chatLog);
    await adapters.start(dispatch);
  });
  afterEach(() => adapters.stop());

  const env = () => ({ WHEELHOUSE_URL: adapters.url(), WHEELHOUSE_TOKEN: TOKEN });
  const wheelhouse = (...args: string[]) => runHere([...args, '--as', 'ada'], env());

  /** What the outbox does: posts the first card of what was requested, at the address it came from. */
  async function deliver(card: Card, outcome: Outcome = 'pending') {
    const [invocation] = await vi.waitFor(() => {
      expect(dispatch.invocations).not.toEqual([]);
      return dispatch.invocations;
    }, TIME);
    const where = invocation?.from ?? { platform: '', channel: '' };
    const pending = { outcome, data: { status: 'running' } };
    const message = await adapters.terminal.post(where, card, { key: 'run:1', ...pending });
    return { where, message, pending };
  }
  const finish = ({ where, message }: Awaited<ReturnType<typeof deliver>>) =>
    adapters.terminal.edit(where, message, DONE, { outcome: 'done', data: { version: 2 } });
  const liveReply = () =>
    live('run:1', { card: training(0), outcome: 'pending', data: { status: 'queued' } }, []);

  it('passes on the words as the shell made them, and shows the answer', async () => {
    const run = runProgram(['models', 'a word', '--to', 'x', 'k=v w', '--as', 'ada'], env());
    expect(await run.exit).toBe(0);
    expect(run.stdout()).toBe('ℹ note  Two models\n');
    expect(run.stderr()).toBe('');
    expect(dispatch.invocations).toMatchObject([
      { command: 'models', input: ['a word', '--to', 'x', 'k=v w'], by: { user: 'ada' } },
    ]);
  });

  it('prints one JSON document', async () => {
    const run = wheelhouse('models', '--json');
    expect(await run.exit).toBe(0);
    expect(JSON.parse(run.stdout())).toEqual({ models: ['flights', 'fares'] });
  });

  it('passes on words of any length, so that the dispatch can say how long they may be', async () => {
    const reason = 'x'.repeat(10_240);
    expect(await wheelhouse('rollback', 'flights', '--reason', reason).exit).toBe(0);
    expect(dispatch.invocations[0]?.input).toContain(reason);
    const run = wheelhouse('rollback', 'flights', '--reason', 'x'.repeat(70_000));
    expect(await run.exit).toBe(2);
    expect(run.stderr()).toBe('This request is larger than 64 kB. Nothing was done.\n');
  });

  it('exits with 2 for words that were not understood', async () => {
    reply = () => refusal(new BadInput('There is no command "/trian".', { next: 'Try /help.' }));
    const run = wheelhouse('trian');
    expect(await run.exit).toBe(2);
    expect(run.stdout()).toBe('');
    expect(run.stderr()).toContain('There is no command "/trian". Try /help.');
  });

  it('exits with 1 for what was refused, and says so in JSON', async () => {
    reply = () => refusal(new Refused('Not your model.', { next: 'Ask Bob.' }));
    const run = wheelhouse('--json', 'promote', 'flights');
    expect(await run.exit).toBe(1);
    expect(JSON.parse(run.stdout())).toEqual({
      error: { message: 'Not your model.', next: 'Ask Bob.' },
    });
  });

  it('does not wait for long work without --wait', async () => {
    reply = liveReply;
    const run = wheelhouse('train', 'flights', '--json');
    expect(await run.exit).toBe(0);
    expect(JSON.parse(run.stdout())).toEqual({ status: 'queued' });
  });

  it('waits with --wait, shows milestones and ends with the result', async () => {
    reply = liveReply;
    const run = wheelhouse('train', 'flights', '--wait', '--json');
    const message = await deliver(training(0.4));
    await vi.waitFor(() => expect(run.stderr()).toMatch(/40% .*fitting trees/), TIME);
    const word = { title: 'Half way', tone: 'note' } as const;
    const options = { key: 'word', thread: message.message, ...message.pending };
    await adapters.terminal.post(message.where, word, options);
    await vi.waitFor(() => expect(run.stderr()).toContain('note  Half way'), TIME);
    await finish(message);
    expect(await run.exit).toBe(0);
    expect(JSON.parse(run.stdout())).toEqual({ version: 2 });
  });

  it('waits for automatic checks without --wait', async () => {
    const verdict: Card = { title: 'A gate said no', tone: 'warning' };
    reply = () => live('approval:1', { card: training(0), outcome: 'checking', data: null }, []);
    const run = wheelhouse('promote', 'flights');
    const { where, message } = await deliver(training(0), 'checking');
    await adapters.terminal.edit(where, message, verdict, {
      outcome: 'refused',
      data: { gate: 'auc' },
    });
    expect(await run.exit).toBe(1);
    expect(run.stdout()).toContain('A gate said no');
  });

  it('keeps waiting while the bot restarts', async () => {
    reply = liveReply;
    const run = wheelhouse('train', 'flights', '--wait');
    const message = await deliver(training(0.4));
    await vi.waitFor(() => expect(run.stderr()).toContain('40%'), TIME);
    const port = Number(new URL(adapters.url()).port);
    await adapters.stop();
    await vi.waitFor(() => expect(run.stderr()).toContain('retrying'), TIME);
    adapters = makeAdapters(chatLog, { port });
    await adapters.start(dispatch);
    await finish(message);
    expect(await run.exit).toBe(0);
    expect(run.stdout()).toContain('Trained flights v2');
    expect(dispatch.invocations).toHaveLength(1);
  });

  it('leaves the work alone on Ctrl-C and says how to follow or cancel it', async () => {
    reply = liveReply;
    const run = runProgram(['train', 'flights', '--wait', '--as', 'ada'], env());
    const message = await deliver(training(0.4));
    await vi.waitFor(() => expect(run.stderr()).toContain('40%'), TIME);
    run.child.kill('SIGINT');
    expect(await run.exit).toBe(130);
    expect(run.stderr()).toContain('The work continues');
    expect(run.stderr()).toContain('Cancel: npx wheelhouse cancel run-1');

    const id = /--follow (\S+)/.exec(run.stderr())?.[1] ?? '';
    const again = wheelhouse('--follow', id);
    await vi.waitFor(() => expect(again.stderr()).toContain('40%'), TIME);
    await finish(message);
    expect(await again.exit).toBe(0);
    expect(again.stdout()).toContain('Trained flights v2');
  });

  it('reports an unknown ID', async () => {
    const run = wheelhouse('--follow', 'no-such-thing');
    expect(await run.exit).toBe(2);
    expect(run.stderr()).toContain('Unknown id "no-such-thing".');
    const ofRun = wheelhouse('--follow', 'run-7k2f9qab');
    expect(await ofRun.exit).toBe(2);
    expect(ofRun.stderr()).toContain(
      'It looks like the ID of a run. Use `npx wheelhouse logs run-7k2f9qab` and',
    );
  });

  it('exits with 3 where no bot answers, or none that knows the token', async () => {
    const wrong = runHere(['status'], { ...env(), WHEELHOUSE_TOKEN: 'another-token-00000' });
    expect(await wrong.exit).toBe(3);
    expect(wrong.stderr()).toContain('rejected the token');

    const gone = adapters.url();
    await adapters.stop();
    const none = runHere(['status', '--json', '--url', gone], env());
    expect(await none.exit).toBe(3);
    expect(JSON.parse(none.stdout())).toMatchObject({
      error: { message: `Wheelhouse is not reachable at ${gone}.` },
    });

    const lost = runProgram(['status'], {});
    expect(await lost.exit).toBe(3);
    expect(lost.stderr()).toContain('WHEELHOUSE_TOKEN');
    // Without a bot, a command that does not exist is still said to be none.
    const typo = runProgram(['promoet', 'flights'], {});
    expect(await typo.exit).toBe(2);
    expect(typo.stderr()).toContain('There is no command "promoet". Did you mean "promote"?');
  });

  it('finds a demo by its files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'demo-'));
    await mkdir(join(folder, '.wheelhouse'));
    await writeFile(join(folder, '.wheelhouse', 'token'), `${TOKEN}\n`);
    await writeFile(join(folder, '.wheelhouse', 'url'), `${adapters.url()}\n`);
    const run = runProgram(['models', '--as', 'bob'], {}, folder);
    expect(await run.exit).toBe(0);
    expect(dispatch.invocations).toMatchObject([{ by: { user: 'bob' } }]);

    await adapters.stop();
    const stopped = runProgram(['models', '--as', 'bob'], {}, folder);
    expect(await stopped.exit).toBe(3);
    expect(stopped.stderr()).toContain('Start it with `npm run demo`');
    await rm(folder, { recursive: true });
  });

  it('requires --as if the token allows several people', async () => {
    const run = runHere(['train'], env());
    expect(await run.exit).toBe(2);
    expect(run.stderr()).toContain('say who you are. One of: ada, bob.');
    // What is the same for everyone needs nobody: that a command does not exist is said by the dispatch.
    expect(await runHere(['help'], env()).exit).toBe(0);
    expect(await runHere(['trian'], env()).exit).toBe(0);
    expect(dispatch.invocations).toMatchObject([
      { command: 'help', by: { user: '' } },
      { command: 'trian', by: { user: '' } },
    ]);
  });

  it('explains itself', async () => {
    const help = runHere(['--help'], {});
    expect(await help.exit).toBe(0);
    expect(help.stdout()).toContain('npx wheelhouse COMMAND');
    const nothing = runProgram([], {});
    expect(await nothing.exit).toBe(2);
    expect(nothing.stderr()).toContain('npx wheelhouse COMMAND');
  });
});
