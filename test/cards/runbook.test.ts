import { describe, expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { peopleOf } from '../../config/people.ts';
import { stateOf } from '../../jobs/steps/show-alert.ts';
import { runbookCard } from '../../src/cards/runbook.ts';
import { ALERT } from '../../src/wiring/samples/things.ts';
import { flights } from '../training/spec.ts';

const STEPS = '1. Look at the feed.\n2. Call the platform team.';
const PAGE = 'https://wiki.example.com/drift';
const people = peopleOf({}, {});

/** The alert's card in an environment, with these runbooks. */
function shown(environment: string, runbooks: Record<string, string>): string | undefined {
  const models = modelsOf([
    {
      ...flights,
      alerting: { escalateAfterMs: 1, runbooks: { drift: PAGE } },
      environments: { staging: { alerting: { escalateAfterMs: 1, runbooks } } },
    },
  ]);
  const alert = { ...ALERT, model: flights.name, environment, kind: 'drift' as const };
  const { card } = stateOf(alert, { people, models });
  return card.facts?.find(({ label }) => label === 'Runbook')?.value;
}

describe('runbooks', () => {
  it('are on the card of an alert: the page, or the command that shows the steps', () => {
    expect(shown('production', {})).toBe(PAGE);
    expect(shown('staging', { drift: STEPS })).toBe('/runbook flights drift --in staging');
    expect(shown('staging', { quality: STEPS })).toBeUndefined();
  });

  it('are listed, or shown, or it is said where to write one', () => {
    const of = { model: 'flights', environment: 'production' };
    const runbooks = { drift: STEPS, quality: PAGE };
    expect(runbookCard(of, runbooks, 'drift')).toMatchObject({ text: STEPS });
    expect(runbookCard(of, runbooks).facts).toEqual([
      { label: 'drift', value: '/runbook flights drift --in production' },
      { label: 'quality', value: PAGE },
    ]);
    expect(runbookCard(of, runbooks, 'latency').title).toContain('no runbook for latency');
    expect(runbookCard(of, {}).text).toContain('wheelhouse.yaml');
  });
});
