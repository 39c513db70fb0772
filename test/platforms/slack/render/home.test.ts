import { describe, expect, it } from 'vitest';
import type { Card } from '../../../../src/core/card.ts';
import { toHome } from '../../../../src/platforms/slack/render/home.ts';

const CARD: Card = { title: 'Training flights', tone: 'progress', footer: 'run-1' };

describe('slack/render/home', () => {
  it('parts cards by lines, and counts those left out', () => {
    const two = toHome([CARD, { title: 'Another', tone: 'note' }]).blocks;
    expect(two.map(({ type }) => type).slice(-3)).toEqual(['context', 'divider', 'section']);
    const many = toHome(Array.from({ length: 80 }, () => ({ title: 'One', tone: 'note' })));
    expect(many.blocks).toHaveLength(100);
    expect(JSON.stringify(many.blocks.at(-1))).toContain('… 30 more cards');
  });

  it('says so if it is empty', () => {
    expect(toHome([]).blocks).toEqual([
      { type: 'section', text: { type: 'plain_text', text: 'Nothing to show yet.', emoji: false } },
    ]);
  });
});
