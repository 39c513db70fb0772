import { defineCommand } from '../src/core/define-command.ts';
import { specIn } from '../src/core/model.ts';
import { environmentOption, modelOption, versionOption } from '../src/core/values.ts';
import { promotionForm } from './forms/promotion.ts';
import { type RequestParts, requestVersion } from './steps/request-version.ts';

export const promote = defineCommand({
  name: 'promote',
  summary: 'Request promotion of a version to an environment',
  role: 'operator',
  words: ['model', 'version'],
  options: {
    model: modelOption,
    version: versionOption('Version to promote'),
    to: environmentOption,
  },
  examples: [
    '/promote flights 2',
    '/promote flights latest --to staging',
    '/promote flights champion@staging --to production',
  ],

  environment: ({ to }, { environments }: RequestParts) => environments.get(to),
  form: (given, needs: RequestParts, { from }) => promotionForm(given, needs, from),

  async run({ model, version, to }, needs: RequestParts, asking) {
    const environment = needs.environments.get(to);
    const spec = specIn(needs.models.get(model), environment);
    const candidate = await needs.versions.resolve(spec.name, version, environment);
    return requestVersion({ spec, candidate, environment }, needs, asking);
  },
});
