import { applyTarget } from '../jobs/declared/index.ts';
import { mayRepair } from '../jobs/steps/may-repair.ts';
import { recordRepair } from '../jobs/steps/record-repair.ts';
import { lastOf } from '../jobs/steps/target-memory.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { targetsIn } from '../src/core/model.ts';
import { note } from '../src/core/reply.ts';
import { GATEWAY } from '../src/core/target.ts';
import { environmentOption, modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

type Parts = Needs<'models' | 'environments' | 'audit' | 'jobs' | 'people' | 'replies' | 'clock'>;

export const repair = defineCommand({
  name: 'repair',
  summary: 'Apply what is live to all targets of a model again',
  role: 'operator',
  words: ['model'],
  options: { model: modelOption, in: environmentOption },
  examples: ['/repair flights', '/repair flights --in staging'],

  environment: ({ in: where }, { environments }: Needs<'environments'>) => environments.get(where),

  async run({ model, in: where }, needs: Parts, { by, from }) {
    const { models, environments, audit, jobs } = needs;
    const environment = environments.get(where);
    const spec = models.get(model);
    const { name } = spec;
    const targets = targetsIn(spec, environment);
    const place = `${name} in ${environment}`;
    const known = [];
    for (const { name: target } of targets) {
      const of = { model: name, environment, target };
      const last = await lastOf(of, { audit });
      // The gateway follows by itself.
      if (last && (target !== GATEWAY.name || last.card !== undefined)) known.push({ of, last });
    }
    if (known.length === 0 && targets.length === 1)
      throw new Refused(
        `${place} has no targets besides the gateway, and that serves what is live.`,
      );
    if (known.length === 0)
      throw new Refused(`Nothing of ${place} was ever live, so there is nothing to apply.`, {
        next: `/promote ${name} asks for a version to go live.`,
      });
    const asked: string[] = [];
    const repaired: string[] = [];
    const others = new Set<string>();
    for (const { of, last } of known) {
      if (!(await mayRepair(of, last, { by, via: from.platform }, needs))) {
        asked.push(of.target);
        continue;
      }
      repaired.push(of.target);
      // Recorded first: should the queue be down, the next look does it.
      const first = await recordRepair(of, last, { by, via: from.platform }, needs);
      if (first !== by.id) others.add(needs.people.byId(first)?.name ?? first);
      await jobs.enqueue(applyTarget, of);
    }
    const waits = `Repairs of ${asked.join(' and ')} were undone again and again, so another operator must confirm this one with /repair ${name} --in ${environment}.`;
    const data = { model: name, environment, targets: repaired, asked };
    if (repaired.length === 0) return note(waits, 'warning', data);
    const title = `Applying what is live of ${place} to ${repaired.join(' and ')}. If it fails, the model's channel shows why.`;
    const once =
      others.size > 0 && `${[...others].join(' and ')} asked for that first, so it is done once.`;
    const words = [title, once, asked.length > 0 && waits].filter(Boolean).join(' ');
    return note(words, 'progress', data);
  },
});
