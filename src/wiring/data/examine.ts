import type { Settings } from '../../../config/settings.ts';
import type { LoadedWorkspace } from '../../../config/workspace.ts';
import { inWords, WheelhouseError } from '../../core/errors.ts';
import { sourceKindOf } from '../../data/sources/index.ts';
import type { CheckResult } from '../../platforms/kind.ts';

const PATIENCE_MS = 20_000;

/** Which data sources can be looked at, as far as this machine can tell. */
export async function examineSources(
  { environment }: Pick<Settings, 'environment'>,
  workspace: Pick<LoadedWorkspace, 'models'> | undefined,
): Promise<CheckResult[]> {
  const sources = (workspace?.models.list() ?? []).flatMap((model) =>
    (model.data ?? []).map((source) => ({ model, source })),
  );
  const examined = sources.map(async ({ model, source }): Promise<CheckResult[]> => {
    const what = `${source.name} of ${model.name}`;
    const by = { model, source: source.name, signal: AbortSignal.timeout(PATIENCE_MS) };
    const secret = (variable: string) => environment[variable];
    try {
      const found = await sourceKindOf(source.kind).examine(source, { ...by, secret });
      return found === undefined ? [] : [{ what: `${what}: ${found}`, ok: true }];
    } catch (error) {
      const { message, next } =
        error instanceof WheelhouseError ? error : { message: inWords(error), next: undefined };
      return [{ what: `${what}: ${message}`, ok: false, ...(next !== undefined && { next }) }];
    }
  });
  return (await Promise.all(examined)).flat();
}
