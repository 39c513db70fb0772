import type { Card, Step } from './card.ts';
import { visible } from './one-line.ts';

/** The card with everything that people read passed through `say`. What buttons carry is unchanged. */
export function mapTexts(card: Card, say: (text: string) => string): Card {
  const {
    text,
    facts,
    table,
    pictures,
    folded,
    progress,
    steps,
    plan,
    actions,
    reactions,
    footer,
  } = card;
  const saidStep = (step: Step): Step => ({ ...step, title: say(step.title) });
  return {
    ...card,
    title: say(card.title),
    ...(text !== undefined && { text: say(text) }),
    ...(facts && {
      facts: facts.map(({ label, value }) => ({ label: say(label), value: say(value) })),
    }),
    ...(table && {
      table: {
        ...(table.caption !== undefined && { caption: say(table.caption) }),
        columns: table.columns.map(say),
        rows: table.rows.map((row) => row.map(say)),
      },
    }),
    ...(pictures && { pictures: pictures.map((one) => ({ ...one, alt: say(one.alt) })) }),
    ...(folded && { folded: { ...folded, title: say(folded.title) } }),
    ...(progress && { progress: { ...progress, words: say(progress.words) } }),
    ...(steps && { steps: steps.map(saidStep) }),
    ...(plan && { plan: { title: say(plan.title), steps: plan.steps.map(saidStep) } }),
    ...(actions && {
      actions: actions.map((action) => ({
        ...action,
        label: say(action.label),
        ...(action.confirm !== undefined && { confirm: say(action.confirm) }),
      })),
    }),
    ...(reactions && {
      reactions: reactions.map((one) => ({ ...one, meaning: say(one.meaning) })),
    }),
    ...(footer !== undefined && { footer: say(footer) }),
  };
}

/** The card without characters that hide text or change its direction: names and reasons can contain them. */
export const visibleCard = (card: Card): Card => mapTexts(card, visible);

const SYMBOLS: Record<Step['status'], string> = {
  ...{ pending: '○', running: '…', done: '✓', failed: '✗' },
};

/** For platforms without plans: its steps are lines of the text. */
export function planAsText({ plan, ...card }: Card): Card {
  if (!plan) return card;
  const lines = plan.steps.map(({ title, status }) => `${SYMBOLS[status]} ${title}`).join('\n');
  return { ...card, text: card.text === undefined ? lines : `${card.text}\n\n${lines}` };
}
