import { inWords, NotFound, WheelhouseError } from '../../../src/core/errors.ts';
import type { LineageEvidence } from '../../../src/core/gate.ts';
import type { ModelSpec } from '../../../src/core/model.ts';
import type { Version } from '../../../src/core/ports/versions.ts';
import type { Needs } from '../../../src/core/world.ts';

/** Names of parameters that make chance repeatable, in any spelling. */
const SEED = /(^|[_-])(seed|random[_-]?state)$/i;

/** Where a version comes from, as far as it is stored; its bytes are read and compared with their hash. */
export async function lineageOf(
  { run, dataset, code, parameters, artifact }: Version,
  spec: ModelSpec,
  { runs, artifacts }: Needs<'runs' | 'artifacts'>,
): Promise<LineageEvidence> {
  const made = await runs.get(run).catch((error: unknown) => {
    if (error instanceof NotFound) return undefined;
    throw error;
  });
  const bytesProblem = await artifacts.path(artifact.sha256).then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof WheelhouseError)) throw error;
      return inWords(error);
    },
  );
  const [name] = Object.keys(parameters).filter((one) => SEED.test(one));
  return {
    run,
    ...(made && { runStatus: made.status }),
    ...(bytesProblem !== undefined && { bytesProblem }),
    data: { sha256: dataset.sha256, rows: dataset.rows },
    code,
    missingParameters: Object.keys(spec.parameters).filter(
      (declared) => !Object.hasOwn(parameters, declared),
    ),
    ...(name !== undefined && { seed: { name, value: String(parameters[name]) } }),
  };
}
