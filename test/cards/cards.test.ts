import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertState } from '../../src/cards/alert.ts';
import { approvalState } from '../../src/cards/approval.ts';
import { trainingState } from '../../src/cards/run.ts';
import type { Action, Card } from '../../src/core/card.ts';
import type { State } from '../../src/core/ports/replies.ts';
import { reportOn } from '../../src/monitoring/kinds/index.ts';
import { tries } from '../sweep.ts';
import { CARDS } from './every-card.ts';
import { alertOf, approvalOf, runOf } from './things.ts';

/** Our own wording, without text of people and programs, which may be anything. */
function ownWords({ title, footer, facts, actions, progress }: Card): string[] {
  const labels = (facts ?? []).map(({ label }) => label);
  const pressed = (actions ?? []).flatMap(({ label, command, argument, confirm }: Action) => [
    label,
    command,
    argument,
    confirm ?? '',
  ]);
  return [title, footer ?? '', ...labels, ...pressed, String(progress?.share ?? '')];
}

describe('cards', () => {
  it.each(CARDS)('of %s can be read', (_, states) => {
    fc.assert(
      fc.property(states, ({ card, outcome, data }) => {
        expect(card.title).toMatch(/^\S.{0,148}\S$/u);
        for (const text of ownWords(card)) expect(text).not.toMatch(/undefined|NaN|\[object|null/);
        for (const { label, value } of card.facts ?? []) {
          expect(label).not.toBe('');
          expect(value).not.toBe('');
        }
        for (const row of card.table?.rows ?? [])
          expect(row).toHaveLength(card.table?.columns.length ?? 0);
        for (const { label, confirm } of card.actions ?? []) {
          expect(label.length).toBeLessThanOrEqual(75);
          expect(confirm?.length ?? 0).toBeLessThanOrEqual(300);
        }
        if (card.progress) expect(outcome).toMatch(/^(pending|checking)$/);
        expect(JSON.parse(JSON.stringify(data))).toEqual(data);
      }),
      tries(60),
    );
  });

  it('offers no buttons that no longer make sense', () => {
    const commands = ({ card }: State) => (card.actions ?? []).map(({ command }) => command);
    const pressed = <T>(things: fc.Arbitrary<T>, show: (thing: T) => State, allowed: string[]) =>
      fc.assert(
        fc.property(things, (thing) => {
          for (const command of commands(show(thing))) expect(allowed).toContain(command);
        }),
        tries(30),
      );
    pressed(runOf('train', 'cancelled'), (run) => trainingState(run), []);
    pressed(runOf('train', 'failed'), (run) => trainingState(run), ['logs']);
    pressed(
      approvalOf('rejected'),
      (approval) => approvalState(approval, 'until v3 replaced it'),
      [],
    );
    pressed(alertOf('acknowledged'), (alert) => alertState(alert, reportOn(alert)), [
      ...['why', 'train', 'rollback', 'snooze', 'probe'],
    ]);
    pressed(alertOf('resolved'), (alert) => alertState(alert, reportOn(alert)), []);
  });

  it('offers on an open alert of harm all that an alert can be answered with, about that alert', () => {
    const { snooze: _, ...plain } = fc.sample(alertOf('open'), 1)[0] ?? expect.fail('no alert');
    const alert = { ...plain, grade: 'harm' as const };
    const { card } = alertState(alert, reportOn(alert));
    const about = `${alert.model} --from ${alert.deployment ?? `v${alert.version}`} --in ${alert.environment}`;
    expect(card.actions).toMatchObject([
      { label: 'Acknowledge', command: 'acknowledge', argument: alert.id },
      { label: 'Why', command: 'why', argument: alert.id },
      { label: 'Probe', command: 'probe', argument: `${alert.model} --alert ${alert.id}` },
      { label: 'Retrain', command: 'train', argument: alert.model },
      { label: 'Roll back', command: 'rollback', argument: about, confirm: expect.any(String) },
      { label: 'Snooze 1 h', command: 'snooze', argument: `${alert.id} 1h` },
      { label: 'Snooze 1 day', command: 'snooze', argument: `${alert.id} 1d` },
      { label: 'Snooze until it changes', command: 'snooze', argument: `${alert.id} change` },
    ]);
    // Drift has no known cost, so there is nothing to probe.
    const informs = { ...alert, grade: 'inform' as const };
    const labels = alertState(informs, reportOn(informs)).card.actions?.map(({ label }) => label);
    expect(labels).not.toContain('Probe');
    expect(labels).toContain('Acknowledge');
  });
});
