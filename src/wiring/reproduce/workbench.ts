import { join } from 'node:path';
import { definedOnly } from '../../../jobs/steps/defined.ts';
import type { ModelSpec, ParameterValues, Window } from '../../core/model.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import type { DatasetFingerprint } from '../../core/ports/versions.ts';
import { inspectDataset } from '../../datasets/inspect.ts';
import { createFolderArtifacts } from '../../objects/artifacts.ts';
import { createScorer } from '../../serving/batch.ts';
import { createDatasets } from '../../training/datasets.ts';
import { createRunFolders } from '../../training/folders.ts';
import { createPrograms } from '../../training/process.ts';
import { runTraining } from '../../training/run-training.ts';
import { forkScoring } from '../fork.ts';

const RUN = 'reproduce';

/** Both programs of a model, run in a temporary folder. Nothing is registered. */
export interface Workbench {
  /** Lets the dataset program write the rows of a window. */
  rows(window: Window): Promise<{ path: string; fingerprint: DatasetFingerprint }>;
  /** Trains on a Parquet file. @returns the SHA-256 of the model file */
  train(data: string, window: Window): Promise<string>;
  /** What a model, of the store or trained here, answers to the rows of a Parquet file. */
  answers(artifact: string, rows: string): Promise<Answers>;
}

export interface Answers {
  answers: Float64Array;
  rows: number;
  /** By name; those that the rows do not define are left out. */
  metrics: Record<string, number>;
}

interface Order {
  spec: ModelSpec;
  parameters: ParameterValues;
  root: string;
  /** Where the recorded files are. */
  store: Artifacts;
  signal: AbortSignal;
}

export function openWorkbench({ spec, parameters, root, store, signal }: Order): Workbench {
  const own = createFolderArtifacts(join(root, 'artifacts'));
  const folders = createRunFolders(join(root, 'runs'));
  const programs = createPrograms(folders);
  const datasets = createDatasets({
    programs,
    folders,
    artifacts: own,
    inspect: inspectDataset,
  });
  const made = new Set<string>();
  const scorer = createScorer(
    { read: (sha256) => (made.has(sha256) ? own : store).read(sha256) },
    forkScoring,
  );
  return {
    rows: (window) => datasets.prepare({ spec, run: RUN, window, signal }),

    async train(data, window) {
      const runDir = await folders.create(RUN, 'train');
      const order = { spec, run: RUN, window, parameters, data, runDir, signal };
      const { path } = await runTraining(order, programs);
      const { sha256 } = await own.putFile(path);
      made.add(sha256);
      return sha256;
    },

    async answers(artifact, rows) {
      const columns = await scorer.read(rows, spec);
      const answers = await scorer.score(artifact, columns, spec, { name: spec.name, signal });
      const { labels } = columns;
      const measured = spec.task.measure({ labels, answers, classes: spec.classes ?? [] });
      return { answers, rows: labels.length, metrics: definedOnly(measured) };
    },
  };
}
