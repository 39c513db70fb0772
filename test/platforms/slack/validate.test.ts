import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '../../../src/core/card.ts';
import { slack as kind } from '../../../src/platforms/slack/index.ts';
import { cardSamples } from '../../../src/wiring/samples/cards.ts';
import { openSlack, type SlackDouble } from '../../fakes/slack/index.ts';
import { WORKSPACE } from './harness.ts';

describe('platforms/slack/validate', () => {
  let slack: SlackDouble;
  beforeEach(async () => {
    slack = await openSlack(WORKSPACE);
  });
  afterEach(async () => {
    await slack.close();
    expect(slack.faults).toEqual([]);
  });

  const SAMPLES = cardSamples();
  const LISTED: Card = {
    ...{ title: 'Runs', tone: 'note' },
    table: { columns: ['Run'], rows: [['run-1']] },
  };
  const validate = async (samples = SAMPLES, token = slack.botToken) =>
    (await kind
      .read({
        ...{ SLACK_BOT_TOKEN: token, SLACK_APP_TOKEN: slack.appToken },
        SLACK_API_URL: slack.apiUrl,
      })
      ?.validate?.(samples)) ?? [];
  const asked = () => slack.calls.filter(({ method }) => method === 'blocks.validate').length;
  /** Slack refuses this kind of block. */
  const refuse = (type: string, always = false) => {
    slack.trouble = (_, body) => {
      const text = JSON.stringify(body);
      if (!always && !text.includes(`"type":"${type}"`)) return undefined;
      const errors = [{ pointer: '/blocks/1/type', code: 'invalid', message: `no ${type}` }];
      return { error: 'invalid_message', errors };
    };
  };

  it('has Slack validate every kind of card and form, and posts nothing', async () => {
    expect(await validate()).toEqual([
      { what: expect.stringContaining(`all ${SAMPLES.cards.length} kinds of card`), ok: true },
    ]);
    expect(asked()).toBe(SAMPLES.cards.length + SAMPLES.forms.length + 1);
    expect(new Set(slack.calls.map(({ method }) => method))).toEqual(new Set(['blocks.validate']));
  });

  it('names the card and the fault', async () => {
    refuse('header', true);
    const [first] = await validate({
      cards: [['alert, open', { title: 'A', tone: 'note' }]],
      forms: [],
    });
    expect(first).toMatchObject({
      what: 'the card "alert, open": no header (at /blocks/1/type)',
      ok: false,
      next: expect.stringContaining('plain text'),
    });
  });

  it('says of a newer kind of block that is refused what is sent in its place', async () => {
    refuse('data_table');
    const findings = await validate({ cards: [['runs', LISTED]], forms: [] });
    expect(findings[0]).toEqual({
      what: 'the card "runs" is sent without data_table, which Slack refuses: no data_table',
      ok: true,
    });
    expect(findings.every(({ ok }) => ok)).toBe(true);
  });

  it('waits where Slack asks for it', async () => {
    let left = 1;
    slack.trouble = () => (left-- > 0 ? { status: 429, retryAfter: 1 } : undefined);
    expect(await validate({ cards: [['runs', LISTED]], forms: [] })).toMatchObject([{ ok: true }]);
  });

  it('reports a refused token', async () => {
    expect(await validate(SAMPLES, 'xoxb-wrong')).toMatchObject([
      {
        what: 'not all cards could be validated',
        ok: false,
        next: expect.stringContaining('token'),
      },
    ]);
  });
});
