import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readHistogram } from '../../src/charts/histogram.ts';
import { ChartFailed } from '../../src/charts/index.ts';
import type { Order } from '../../src/charts/protocol.ts';
import { DrawingThread } from '../../src/charts/thread.ts';
import { drifted } from './support/examples.ts';

const fused = new URL('./support/crash-on-demand.mjs', import.meta.url);
const order = (activity: string): Order => ({
  kind: 'histogram',
  activity,
  chart: readHistogram(drifted),
});

// Refused by every reader, so the drawing itself fails on it.
const faulty: Order = JSON.parse('{ "kind": "histogram", "activity": "fault", "chart": {} }');

/** Of all tests that do not end it: a start and the first picture take a second of the processor. */
const thread = new DrawingThread(fused);
afterAll(() => thread.close());

describe('charts/thread', () => {
  it.each([
    [order('crash'), /^crash: the drawing thread ended with code 7\.$/],
    [faulty, /^fault: it could not be rendered\.$/],
  ])(
    'rejects the picture of a $activity by its name and draws the next ones',
    async (fatal, message) => {
      const [before, broken, after] = await Promise.allSettled([
        thread.draw(order('one')),
        thread.draw(fatal),
        thread.draw(order('two')),
      ]);
      expect(before).toMatchObject({ status: 'fulfilled', value: { width: 1440 } });
      expect(after).toMatchObject({ status: 'fulfilled', value: { width: 1440 } });
      const reason = broken.status === 'rejected' ? broken.reason : undefined;
      expect(reason).toBeInstanceOf(ChartFailed);
      expect(reason).toMatchObject({
        blame: 'us',
        message: expect.stringMatching(message),
        next: expect.stringContaining('without the picture'),
      });
    },
  );

  it('keeps the fault as the cause', async () => {
    await expect(thread.draw(faulty)).rejects.toMatchObject({
      cause: { name: 'TypeError' },
    });
  });

  it('gives up on a picture that is never finished and draws the next', async () => {
    await thread.draw(order('before'));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const hung = expect(thread.draw(order('hang'))).rejects.toThrow(
      'hang: no picture came within 30 s.',
    );
    const next = thread.draw(order('next'));
    vi.advanceTimersByTime(30_000);
    await hung;
    await expect(next).resolves.toMatchObject({ width: 1440 });
  });

  it('rejects what waits when it is closed', async () => {
    const closed = new DrawingThread(fused);
    const waiting = [closed.draw(order('first')), closed.draw(order('second'))];
    const settled = Promise.allSettled(waiting);
    await closed.close();
    expect(
      (await settled).map((each) => each.status === 'rejected' && String(each.reason.message)),
    ).toEqual(['first: the drawing thread was closed.', 'second: the drawing thread was closed.']);
  });

  it('ends quietly when it was never used', async () => {
    await expect(new DrawingThread(fused).close()).resolves.toBeUndefined();
  });
});
