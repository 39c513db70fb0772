import { z } from 'zod';
import { runbookCard } from '../src/cards/runbook.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { specIn } from '../src/core/model.ts';
import { ephemeral } from '../src/core/reply.ts';
import { environmentOption, modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { monitorKinds } from '../src/monitoring/kinds/index.ts';

const KINDS = monitorKinds.map(({ name }) => name);

export const runbook = defineCommand({
  name: 'runbook',
  summary: 'Show what to do about an alert',
  role: 'viewer',
  agents: 'answer',
  words: ['model', 'kind'],
  options: {
    model: modelOption,
    kind: option(z.enum(KINDS).optional(), 'Kind of monitor; default: all that have a runbook', {
      placeholder: 'KIND',
    }),
    in: environmentOption,
  },
  examples: ['/runbook flights', '/runbook flights drift'],

  async run(
    { model, kind, in: asked },
    { models, environments }: Needs<'models' | 'environments'>,
  ) {
    const environment = environments.get(asked);
    const runbooks = specIn(models.get(model), environment).alerting?.runbooks ?? {};
    const shown = kind === undefined ? runbooks : { [kind]: runbooks[kind] ?? null };
    return ephemeral(runbookCard({ model, environment }, runbooks, kind), { runbooks: shown });
  },
});
