import { join } from 'node:path';
import { inspectDataset } from '../../datasets/inspect.ts';
import { createFolderArtifacts } from '../../objects/artifacts.ts';
import { createScorer } from '../../serving/batch.ts';
import { createDatasets } from '../../training/datasets.ts';
import { createRunFolders } from '../../training/folders.ts';
import { createPrograms } from '../../training/process.ts';
import { forkScoring } from '../fork.ts';

/** What a training needs, without a server: everything lies in the folder `root`. */
export function openBench(root: string) {
  const artifacts = createFolderArtifacts(join(root, 'artifacts'));
  const folders = createRunFolders(join(root, 'runs'));
  const programs = createPrograms(folders);
  return {
    ...{ artifacts, folders, programs },
    scorer: createScorer(artifacts, forkScoring),
    datasets: createDatasets({ programs, folders, artifacts, inspect: inspectDataset }),
  };
}

export type Bench = ReturnType<typeof openBench>;
