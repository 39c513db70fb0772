import { type FactParts, retrainFacts, withDone } from '../jobs/steps/retrain-facts.ts';
import { noPolicyCard, policyCard } from '../src/cards/retraining.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { answer } from '../src/core/reply.ts';
import { modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { judgeRetraining, spentBy } from '../src/retraining/judge.ts';

export const policy = defineCommand({
  name: 'policy',
  summary: 'Show when a model is retrained, and what its policy would do now',
  role: 'viewer',
  agents: 'answer',
  words: ['model'],
  options: { model: modelOption },
  examples: ['/policy flights'],

  async run({ model }, needs: FactParts & Needs<'retrainings'>) {
    const spec = needs.models.get(model);
    const { retrain } = spec;
    if (!retrain) return answer(noPolicyCard(spec.name), { model: spec.name, policy: null });
    const { trainings, ...done } = await needs.retrainings.get(spec.name);
    const facts = withDone(await retrainFacts(spec, retrain, needs), { trainings, ...done });
    const now = needs.clock.now();
    const ruling = judgeRetraining(facts, retrain, now);
    const since = facts.newest?.version ?? 0;
    const spent = spentBy(trainings, now);
    return answer(policyCard(spec.name, { policy: retrain, ruling, since, trainings, spent }), {
      ...{ model: spec.name, policy: retrain, ruling, facts },
    });
  },
});
