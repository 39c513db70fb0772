import { expect, it } from 'vitest';
import type { Stage } from '../adapters/story.ts';
import type { Talk } from '../adapters/talk.ts';
import { answering } from '../adapters/workspace.ts';
import { liveThroughWorseDays } from './workspace.ts';

/** From an alarm to its end: the data changes, the probe says what to do, and people do it. */
export function tellHarm(stage: () => Stage, talk: () => Talk): void {
  const alarm = /flights predicts worse than at its evaluation/;

  it('has a version live that is good', async () => {
    const { sees, edited, look, demo } = stage();
    await talk().say('dev', 'train flights');
    await sees(talk(), 'flights v1 is trained');
    await talk().say('dev', 'promote flights 1');
    const asked = await sees(talk(), 'Approve flights v1 for production?');
    await talk().press('lead', asked, 'Approve');
    await edited(talk(), asked, 'flights v1 is live in production');
    await look('v1 answers', async () => /"1"|:1\b/.test(await answering(demo.inferenceUrl)));
  });

  it('alerts about harm when the labels of worse days come', async () => {
    await liveThroughWorseDays(stage().demo);
    const alert = await stage().sees(talk(), alarm);
    expect(alert.text).toMatch(/Accuracy of v1 is 0\.\d+ over/);
    expect(alert.buttons).toEqual(expect.arrayContaining(['Why', 'Probe', 'Retrain']));
  });

  it('says why to who asks', async () => {
    await talk().press('dev', await stage().sees(talk(), alarm), 'Why');
    await stage().look('the reasons', async () =>
      (await talk().ephemerals('dev')).some((text) => text.includes('effect on Accuracy')),
    );
  });

  it('says that retraining would help before anybody decides', async () => {
    const alert = await stage().sees(talk(), alarm);
    await stage().look('the result in the thread', async () =>
      (await talk().thread(alert)).some((text) =>
        text.includes('Retraining would do better than v1.'),
      ),
    );
    const probed = await stage().edited(
      talk(),
      alert,
      /Retraining: better, \+0\.\d+ \(\+0\.\d+ to/,
    );
    expect(probed.text).toContain('Retraining would do better than v1.');
  });

  it('retrains by the button, compares, and promotes', async () => {
    const { sees, edited } = stage();
    await talk().press('dev', await sees(talk(), alarm), 'Retrain');
    const trained = await sees(talk(), 'flights v2 is trained');
    await talk().press('dev', trained, 'Compare with live v1');
    await sees(talk(), 'flights v2 is better than v1');
    await talk().press('dev', trained, 'Request promotion');
    const asked = await sees(talk(), 'Approve flights v2 for production?');
    await talk().press('lead', asked, 'Approve');
    await edited(talk(), asked, 'flights v2 is live in production');
  });

  it('gives the all-clear on the message of the alert', async () => {
    await stage().sees(talk(), 'v1 is no longer live. Monitoring continues with v2.');
    const open = (await talk().messages()).filter(({ text }) => alarm.test(text));
    expect(open).toEqual([]);
    expect(talk().faults()).toEqual([]);
  });
}
