import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Card } from '../../../src/core/card.ts';
import { renderCard, renderLine } from '../../../src/platforms/terminal/render.ts';
import { cells } from '../../../src/platforms/terminal/text.ts';

const PLAIN = { width: 60, colour: false };

const CARD: Card = {
  title: 'flights v2 waits for approval',
  tone: 'warning',
  text: 'It is better than the champion on all that was measured on held-out flights.',
  facts: [
    { label: 'AUC', value: '0.718' },
    { label: 'Champion', value: 'v1' },
  ],
  table: {
    columns: ['gate', 'result'],
    rows: [
      ['auc ≥ 0.65', 'passed'],
      ['not worse than v1', 'passed'],
    ],
  },
  progress: { share: 0.5, words: '1 of 2 votes' },
  pictures: [{ sha256: 'a'.repeat(64), alt: 'ROC curves of both', width: 10, height: 10 }],
  actions: [
    { label: 'Approve', command: 'approve', argument: 'ap-1234' },
    { label: 'Reject', command: 'reject', argument: 'ap-1234 --reason "too late; $(reboot)"' },
  ],
  footer: 'asked for by Ada',
};

describe('platforms/terminal/render', () => {
  it('puts a card into words', () => {
    expect(renderCard(CARD, PLAIN)).toBe(`⚠ warning  flights v2 waits for approval
  It is better than the champion on all that was measured on
  held-out flights.

  AUC       0.718
  Champion  v1

  GATE               RESULT
  auc ≥ 0.65         passed
  not worse than v1  passed

   50% [##########----------]  1 of 2 votes

  [picture: ROC curves of both]

  Next:
    npx wheelhouse approve ap-1234   Approve
    npx wheelhouse reject ap-1234 --reason 'too late; $(reboot)'   Reject

  asked for by Ada
`);
  });

  it('colours the heading without losing a word', () => {
    const coloured = renderCard(CARD, { width: 60, colour: true });
    expect(coloured).toContain('\u001b[33m⚠ warning\u001b[0m');
    expect(coloured.replaceAll(/\p{Cc}\[\d+m/gu, '')).toBe(renderCard(CARD, PLAIN));
  });

  it('respects the width for any text', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 });
    fc.assert(
      fc.property(text, text, fc.integer({ min: 24, max: 120 }), (one, other, width) => {
        const card: Card = {
          title: one,
          tone: 'note',
          text: other,
          facts: [{ label: 'fact', value: one }],
          table: { columns: ['a', 'b'], rows: [[one, other]] },
        };
        for (const line of renderCard(card, { width, colour: false }).split('\n'))
          expect(cells(line)).toBeLessThanOrEqual(width);
        expect(cells(renderLine(card, width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('lets nothing through that a terminal would act on', () => {
    // All controls lie below; the generator's own `binary` takes seconds to set up.
    const unit = fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCodePoint(code));
    const text = fc.string({ unit, maxLength: 60 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const card: Card = {
          title: one,
          tone: 'danger',
          text: other,
          facts: [{ label: one, value: other }],
          table: { columns: [one], rows: [[other]] },
          pictures: [{ sha256: '', alt: one, width: 1, height: 1 }],
          progress: { share: 2, words: other },
          actions: [{ label: one, command: other, argument: one }],
          footer: other,
        };
        const shown = renderCard(card, PLAIN).replaceAll('\n', '') + renderLine(card, 500);
        expect(shown.match(/\p{Cc}|\p{Bidi_Control}/gu)).toBeNull();
      }),
    );
  });

  it('loses no letter when it wraps', () => {
    const letters = (text: string) => text.replaceAll(/\s/g, '');
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]{1,200}$/), (text) => {
        const shown = renderCard({ title: '', tone: 'note', text }, { width: 30, colour: false });
        expect(letters(shown)).toBe(letters(`ℹ note${text}`));
      }),
    );
  });
});
