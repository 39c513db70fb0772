import { statsCard } from '../src/cards/stats.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { BadInput } from '../src/core/errors.ts';
import { answer } from '../src/core/reply.ts';
import { anyModelOption, dayOption, environmentOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { deliveryFigures, usualPeriod } from '../src/release/figures.ts';
import { deliveredOf } from './steps/delivered.ts';

type Parts = Needs<
  'models' | 'environments' | 'deployments' | 'approvals' | 'versions' | 'people' | 'clock'
>;

export const stats = defineCommand({
  name: 'stats',
  summary: 'Show how fast and how safely versions are delivered',
  role: 'viewer',
  agents: 'answer',
  words: ['model'],
  options: {
    model: anyModelOption,
    in: environmentOption,
    from: dayOption('First day (default: 84 days before the last)'),
    to: dayOption('Day after the last one (default: now)'),
  },
  examples: ['/stats', '/stats flights', '/stats --in staging --from 2026-10-01 --to 2026-11-01'],

  async run({ model, in: where, from: first, to: last }, needs: Parts) {
    const environment = needs.environments.get(where);
    const now = needs.clock.now();
    const to = last ?? now;
    const from = first ?? usualPeriod(to).from;
    if (from >= to)
      throw new BadInput(`The period ends (${day(to)}) before it begins (${day(from)}).`, {
        next: 'Give --from a day before --to.',
      });
    const specs = model === undefined ? needs.models.list() : [needs.models.get(model)];
    const delivered = await Promise.all(
      specs.map(({ name }) => deliveredOf(name, environment, needs)),
    );
    const period = { from, to };
    const all = deliveryFigures(delivered, period);
    const models = specs.flatMap(({ name }, at) => {
      const own = delivered[at];
      return own ? [{ model: name, stats: deliveryFigures([own], period) }] : [];
    });
    const named = (person: string) => needs.people.byId(person)?.name ?? person;
    const shown = {
      ...all,
      waits: all.waits.map((wait) => ({ ...wait, who: named(wait.who), whom: named(wait.whom) })),
      open: all.open.map((one) => ({ ...one, who: named(one.who) })),
    };
    const card = statsCard({ environment, ...period, now }, shown, models);
    return answer(card, { environment, ...period, all, models });
  },
});

const day = (date: Date): string => date.toISOString().slice(0, 10);
