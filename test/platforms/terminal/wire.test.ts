import { expect, it } from 'vitest';
import type { Card } from '../../../src/core/card.ts';
import { renderCard } from '../../../src/platforms/terminal/render.ts';
import { Answered } from '../../../src/platforms/terminal/wire.ts';

it('brings the steps of a plan to the terminal', () => {
  const card: Card = {
    title: 'The pipeline of flights failed: Train',
    tone: 'danger',
    plan: {
      title: '1 of 2 steps done',
      steps: [
        { title: 'Prepare the data: 18,204 rows', status: 'done' },
        { title: 'Train', status: 'failed' },
      ],
    },
  };
  const sent = JSON.parse(JSON.stringify({ reply: { card, outcome: 'failed', data: null } }));
  const shown = renderCard(Answered.parse(sent).reply.card, { width: 80, colour: false });
  expect(shown).toContain('Prepare the data: 18,204 rows');
  expect(shown).toMatch(/^ {2}\S Train$/m);
});
