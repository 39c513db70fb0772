import { readSettings, type Settings } from '../../../config/settings.ts';
import { loadWorkspace } from '../../../config/workspace.ts';
import { systemClock } from '../../core/clock.ts';
import { BadInput } from '../../core/errors.ts';
import { specIn } from '../../core/model.ts';
import { parseWords } from '../../core/parse-words.ts';
import { dayOption } from '../../core/values.ts';
import { withRegistry } from '../store.ts';
import { backtest } from './measure.ts';
import { underPolicy } from './policy.ts';
import { inLines } from './words.ts';

const USAGE =
  'npx wheelhouse backtest MODEL [--policy FILE] [--since YYYY-MM-DD] [--in ENVIRONMENT] [--json]';

interface Out {
  write(text: string): unknown;
}

/**
 * `backtest MODEL`: judges stored windows and requests again, with the settings of the workspace or of a policy file,
 * and says what would have been. Changes nothing.
 */
export async function runBacktest(
  words: readonly string[],
  stdout: Out,
  settings: Settings = readSettings(),
): Promise<void> {
  const options = {
    policy: { type: 'string' },
    since: { type: 'string' },
    in: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  const parsed = parseWords({ args: [...words], options, allowPositionals: true }, USAGE);
  const { policy, since: day, in: where, json = false } = parsed.values;
  const [model, more] = parsed.positionals;
  if (model === undefined || more !== undefined)
    throw new BadInput(model === undefined ? 'Which model?' : `"${more}" is one word too many.`, {
      next: `Usage: ${USAGE}`,
    });
  const since = sinceOf(day);
  const { models, environments } = await loadWorkspace(settings.workspace);
  const environment = environments.get(where);
  const declared = specIn(models.get(model), environment);
  const spec =
    policy === undefined ? declared : await underPolicy(policy, settings.workspace, declared);
  const result = await withRegistry(settings, (registry) =>
    backtest(spec, environment, since, registry, systemClock.now()),
  );
  stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${inLines(result, policy)}\n`);
}

function sinceOf(day: string | undefined): Date | undefined {
  const { data, error } = dayOption('').schema.safeParse(day);
  if (error) throw new BadInput(`"--since ${day}": ${error.issues[0]?.message}.`);
  return data;
}
