import type { Address } from '../../src/core/address.ts';
import { NotFound } from '../../src/core/errors.ts';
import { moment } from '../../src/core/figures.ts';
import type { Choice, Form, FormValues } from '../../src/core/form.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import type { Needs } from '../../src/core/world.ts';
import { figures } from '../../src/tasks/words.ts';
import { chosenModel, modelField } from './training.ts';

/** Number of versions offered, newest first. */
const OFFERED = 25;

type Parts = Needs<'models' | 'versions' | 'deployments' | 'environments'>;

/** The form for a promotion request: which version, with its metrics. */
export async function promotionForm(given: FormValues, needs: Parts, from: Address): Promise<Form> {
  const { models, environments, versions, deployments } = needs;
  const spec = chosenModel(given, models, from);
  const environment = environments.get(given['to']);
  const [list, live] = await Promise.all([
    versions.list(spec.name, OFFERED),
    deployments.live(spec.name, environment),
  ]);
  const candidates = list.filter(({ number }) => number !== live?.version);
  if (candidates.length === 0)
    throw new NotFound(`${spec.name} has no version other than the live one.`, {
      next: `Use /train ${spec.name} to create one.`,
    });
  const choices = await Promise.all(candidates.map((one) => versionChoice(one, spec, versions)));
  return {
    command: 'promote',
    title: `Promote ${spec.name}`,
    text: live
      ? `v${live.version} is live in ${environment}. Gates are checked first, then people vote.`
      : `Nothing is live in ${environment} yet. Gates are checked first, then people vote.`,
    submit: 'Request',
    fields: [
      modelField(models, spec),
      {
        ...{ kind: 'choice', name: 'version', label: 'Version', required: true, choices },
        ...(choices[0] && { initial: choices[0].value }),
      },
      {
        kind: 'choice',
        name: 'to',
        label: 'Environment',
        required: true,
        initial: environment,
        choices: environments.list().map((name) => ({ value: name, label: name })),
      },
    ],
  };
}

async function versionChoice(
  version: Version,
  { evaluation: { primary } }: ModelSpec,
  versions: Needs<'versions'>['versions'],
): Promise<Choice> {
  const judged = await versions.evaluation(version.id);
  const scores = primary.flatMap((metric) => {
    const value = judged?.metrics[metric];
    return value === undefined ? [] : [figures({ [metric]: value }, 1, judged?.unit)];
  });
  return {
    value: String(version.number),
    label: `v${version.number}: ${scores.join(', ') || 'not evaluated'}`,
    hint: `by ${version.createdBy}, ${moment(version.createdAt)} UTC`,
  };
}
