import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { inWords } from '../../core/errors.ts';
import type { ServedModel } from '../model.ts';
import { Stock } from '../stock.ts';
import { onFrames, sendFrame } from './frames.ts';
import type { Asked, Question, Reply } from './messages.ts';

const WATCHDOG = new URL('../isolation/watchdog.mjs', import.meta.url);

/** The process of a challenger: it may hang or crash, and the stable version still answers. */
export function runChallenger(door: string, number: number): void {
  new Worker(WATCHDOG, { workerData: { parent: process.ppid }, execArgv: [] }).unref();
  let model: ServedModel | undefined;
  const socket = connect(door);
  const say = (reply: Reply) => sendFrame(socket, reply);

  async function load({ live, bytes }: Extract<Question, { type: 'load' }>): Promise<void> {
    const stock = new Stock({ artifacts: { read: async () => bytes }, keepWarm: 1 });
    model = await stock.take(live, 0);
    say({ type: 'loaded' });
  }

  async function score({ number, columns, rows }: Asked) {
    const began = performance.now();
    const ms = () => performance.now() - began;
    try {
      const answers = Float64Array.from((await model?.answer(columns, rows)) ?? []);
      say({ type: 'answers', number, answers, ms: ms() });
    } catch {
      say({ type: 'failed', number, ms: ms() });
    }
  }

  /** One after the other: none is timed while it waits for another. */
  async function scoreEach(asked: readonly Asked[]) {
    for (const one of asked) await score(one);
  }

  onFrames(socket, (question: Question) => {
    if (question.type === 'score') void scoreEach(question.asked);
    else
      load(question).catch((error: unknown) =>
        say({ type: 'unloadable', message: inWords(error) }),
      );
  });
  socket.once('connect', () => say({ type: 'up', number }));
  // Whoever asks is gone, or cannot be reached.
  socket.once('error', () => process.exit(1));
  socket.once('close', () => process.exit());
  process.once('disconnect', () => process.exit());
}
