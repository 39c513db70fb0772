import { freezeNotice, timeThere, untilInWords, windowInWords } from '../src/cards/freeze.ts';
import { defineCommand } from '../src/core/define-command.ts';
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
        frozen === undefined ? 'open' : `frozen: ${frozen}`,
        at === undefined
          ? frozen === undefined
            ? 'no freeze within a year'
            : 'until somebody ends it'
          : frozen === undefined
            ? `freezes ${at} (${next})`
            : `opens ${at}`,
      ];
    });
    const declared = current.map(
      ({ environment = 'everything (read-only)', why, by, until }) =>
        `${environment}: ${why}, by ${by}, ${untilInWords(until)}`,
    );
    const windows = calendar.windows.map(
      (window) =>
        `${window.name} (${window.environments?.join(', ') ?? 'all environments'}): ${windowInWords(window)}`,
    );
    const text = [...declared, ...windows].join('\n');
    const notices = status.flatMap((one) => freezeNotice(one, now) ?? []);
    return answer(
      {
        title: notices[0] ?? 'Nothing is frozen',
        tone: status.some(({ frozen }) => frozen !== undefined) ? 'warning' : 'note',
        ...(text && { text }),
        table: { columns: ['Environment', 'Now', 'Next change'], rows },
      },
      { environments: status, declared: current, windows: calendar.windows },
    );
  },
});
