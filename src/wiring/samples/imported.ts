import { trainingState } from '../../cards/run.ts';
import type { Card } from '../../core/card.ts';
import type { RunStatus } from '../../core/ports/runs.ts';
import type { Version } from '../../core/ports/versions.ts';
import { EVALUATION, HASH, RUN, VERSION } from './things.ts';

const IMPORTS = { from: 'mlflow', reference: 'flights@champion' } as const;
const IMPORTED: Version = {
  ...VERSION,
  imported: {
    ...{ from: 'mlflow', key: HASH, server: 'mlflow.example.com', name: 'flights', version: '3' },
    ...{ source: 'mlflow-artifacts:/1/models/m-5f2c/artifacts', run: '8d1f0c', user: 'ada' },
    ...{ program: 'train.py', commit: 'f7e5fc9a11d2', parameters: [], metrics: [] },
    data: [{ name: 'flights-may', digest: 'a1b2c3d4', source: 's3 s3://data/flights' }],
  },
};

/** What a channel sees of an import. */
export function importedSample(status: RunStatus): Card {
  const made = {
    ...{ version: IMPORTED, evaluation: EVALUATION, champions: [] },
    environments: ['production'],
  };
  const run = { ...RUN, imports: IMPORTS, parameters: {}, status };
  return trainingState(run, status === 'succeeded' ? made : undefined).card;
}
