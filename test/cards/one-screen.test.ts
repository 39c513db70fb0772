import { describe, expect, it } from 'vitest';
import { approvalState } from '../../src/cards/approval.ts';
import type { Card } from '../../src/core/card.ts';
import { toJudged } from '../../src/core/judged-gate.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import { toMessage as toDiscord } from '../../src/platforms/discord/render/message.ts';
import { toMessage as toSlack } from '../../src/platforms/slack/render/message.ts';
import { GateSetting, judgeGates } from '../../src/release/gates/index.ts';
import { tasks } from '../../src/tasks/index.ts';

/** The part of a message visible on a phone of 390 by 844 pixels without scrolling. */
const LINES = 20;
/** Characters per line in both apps, beside the sender's picture. */
const LETTERS = 42;
/** A heading is larger, and a row of buttons as high as two lines. */
const HEADING = 30;
const BUTTONS = 2;

const linesOf = (text: string, letters = LETTERS): number =>
  text
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil([...line].length / letters)), 0);

function linesOnSlack(card: Card): number {
  return toSlack(card).blocks.reduce((sum, block) => {
    switch (block.type) {
      case 'header':
        return sum + linesOf(block.text.text, HEADING);
      case 'section': {
        // On a phone the fields are stacked.
        const texts = [...(block.text ? [block.text] : []), ...(block.fields ?? [])];
        return sum + texts.reduce((lines, { text }) => lines + linesOf(text), 0);
      }
      case 'container':
        return sum + linesOf(block.title?.text ?? '', HEADING);
      case 'actions':
        return sum + BUTTONS;
      case 'context':
      case 'rich_text':
        return sum + linesOf(wordsIn(block));
      default:
        throw new Error(`how high is a ${block.type}?`);
    }
  }, 0);
}

function linesOnDiscord(card: Card): number {
  const [frame] = toDiscord(card).components;
  const parts = frame && 'components' in frame ? frame.components : [];
  return parts.reduce((sum, part) => {
    if ('content' in part)
      return sum + linesOf(part.content, part.content.startsWith('#') ? HEADING : LETTERS);
    return sum + BUTTONS;
  }, 0);
}

function wordsIn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, one]) => (key === 'text' && typeof one === 'string' ? one : wordsIn(one)))
    .join('');
}

/** A request with a gate of each kind on each metric, all passed, or all but one. */
function requestOf(task: (typeof tasks)[number], unit?: string): Approval {
  const metrics = task.metrics(['early', 'on time', 'very late']);
  const values = Object.fromEntries(metrics.map(({ name }) => [name, 0.6976]));
  const compared = metrics.map(({ name }) => ({
    ...{ name, champion: 0.6853, challenger: 0.6976, low: 0.0057, high: 0.0189, adjustedP: 0.01 },
  }));
  const gates = judgeGates(
    [
      { min_rows: 2000 },
      ...metrics.flatMap(({ name }) => [
        { metric: name, min: 0.1, max: 0.9 },
        { compare: 'champion', metric: name, require: 'not worse' } as const,
      ]),
    ].map((gate) => GateSetting.parse(gate)),
    { at: new Date(0), rows: 18_200, metrics: values, comparison: { metrics: compared } },
    { model: 'm', version: 1, environment: 'production', metrics, primary: [], unit },
  ).map(toJudged);
  expect(gates.length).toBeGreaterThan(12);
  const at = new Date('2026-11-23T18:16:00Z');
  return {
    ...{
      id: 'approval-6q27mzqe',
      model: 'arrival-lateness',
      version: 128,
      environment: 'production',
    },
    ...{ requestedBy: 'dev', status: 'open', needed: 2, revision: 1, createdAt: at, expiresAt: at },
    votes: [{ person: 'lead', verdict: 'approve', at, via: 'slack' }],
    evidence: {
      ...{ artifact: 'a'.repeat(64), digest: 'b'.repeat(64), champion: 127, gates },
      ...{ metrics: values, ...(unit !== undefined && { unit }) },
    },
  };
}

describe('a request with many gates', () => {
  const REQUESTS = tasks.map((task) => {
    const unit = task.name === 'regression' ? 'minutes' : undefined;
    return [task.name, requestOf(task, unit)] as const;
  });

  it.each(REQUESTS)('of a %s model fits one screen of a phone', (_, request) => {
    const { card } = approvalState(request);
    expect(linesOnSlack(card)).toBeLessThanOrEqual(LINES);
    expect(linesOnDiscord(card)).toBeLessThanOrEqual(LINES);
    // If the evidence were not folded, neither would fit.
    const { folded, ...open } = card;
    expect(folded).toBeDefined();
    expect(linesOnDiscord(open)).toBeGreaterThan(LINES);
  });

  it.each(REQUESTS)(
    'of a %s model has its buttons and the count of its gates on it',
    (_, request) => {
      const { card } = approvalState(request);
      const gates = request.evidence?.gates.length ?? 0;
      const said = new RegExp(`Gates: \\d+ of ${gates} passed`);
      expect(JSON.stringify(toSlack(card))).toMatch(said);
      expect(JSON.stringify(toDiscord(card))).toMatch(said);
      for (const label of ['Approve', 'Reject']) {
        expect(JSON.stringify(toSlack(card))).toContain(label);
        expect(JSON.stringify(toDiscord(card))).toContain(label);
      }
    },
  );
});
