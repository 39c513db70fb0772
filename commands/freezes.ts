import { freezeNotice, timeThere, untilInWords, windowInWords } from '../src/cards/freeze.ts';
import { defineCommand } from '../src/core/define-command.ts';
import type { Freeze } from '../src/core/freeze.ts';
import { answer } from '../src/core/reply.ts';
import { anyEnvironmentOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { freezeStatus } from '../src/release/policy.ts';

export const freezes = defineCommand({
  name: 'freezes',
  summary: 'List freezes, and when environments open and close',
  role: 'viewer',
  agents: 'answer',
  words: ['environment'],
  options: { environment: anyEnvironmentOption },
  examples: ['/freezes', '/freezes production'],

  async run(
    { environment: named },
    { environments, freezes: port, clock }: Needs<'environments' | 'freezes' | 'clock'>,
  ) {
    const now = clock.now();
    const current = await port.current();
    const { calendar } = port;
    const shown = named === undefined ? environments.list() : [environments.get(named)];
    const status = shown.map((environment) =>
      freezeStatus(environment, { calendar, freezes: current }, now),
    );
    const rows = status.map(({ environment, frozen, changes, timezone, next }) => {
      const at = changes ? timeThere(changes, timezone, now) : undefined;
      return [
        environment,
        frozen === undefined
          ? 'open'
          : `frozen: ${frozen}${declaredBy(current, environment, frozen)}`,
        at === undefined
          ? frozen === undefined
            ? 'no freeze within a year'
            : 'until somebody ends it'
          : frozen === undefined
            ? `freezes ${at} (${next})`
            : `opens ${at}`,
      ];
    });
    // Those in the table are not said again.
    const isShown = (one: Freeze) =>
      status.some(({ environment, frozen }) => frozen === one.why && concerns(one, environment));
    const declared = current
      .filter((one) => !isShown(one))
      .map(
        ({ environment = 'everything (read-only)', why, by, until }) =>
          `${environment}: ${why}, by ${by}, ${untilInWords(until)}`,
      );
    const windows = calendar.windows.map(
      (window) =>
        `${window.name} (${window.environments?.join(', ') ?? 'all environments'}): ${windowInWords(window)}`,
    );
    const text = [...declared, ...windows].join('\n');
    const closed = status.filter(({ frozen }) => frozen !== undefined);
    const soon = status.flatMap((one) => freezeNotice(one, now) ?? []);
    return answer(
      {
        title: titleOf(closed) ?? soon[0] ?? 'Nothing is frozen',
        tone: closed.length > 0 ? 'warning' : 'note',
        ...(text && { text }),
        table: { columns: ['Environment', 'Now', 'Next change'], rows },
      },
      { environments: status, declared: current, windows: calendar.windows },
    );
  },
});

const concerns = (freeze: Freeze, environment: string): boolean =>
  freeze.environment === undefined || freeze.environment === environment;

/** `, by Dev`, for a freeze that somebody declared. */
function declaredBy(current: readonly Freeze[], environment: string, why: string): string {
  const found = current.find((one) => one.why === why && concerns(one, environment));
  return found ? `, by ${found.by}` : '';
}

/** Why, and until when, is in the table. */
function titleOf(closed: readonly { environment: string }[]): string | undefined {
  if (closed.length === 0) return undefined;
  const names = closed.map(({ environment }) => environment).join(', ');
  return `${names} ${closed.length === 1 ? 'is' : 'are'} frozen`;
}
