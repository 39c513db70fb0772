import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { admitModel } from '../../../jobs/steps/admit-model.ts';
import { inWords, Refused } from '../../core/errors.ts';
import type { Prepared, Programs, RunFolders } from '../../core/ports/programs.ts';
import type { TrialOrder, Trials } from '../../core/ports/trials.ts';
import { inspectDataset } from '../../datasets/inspect.ts';
import { sampleRows } from '../../datasets/sample.ts';
import { createFolderArtifacts } from '../../objects/artifacts.ts';
import { createScorer } from '../../serving/batch.ts';
import type { ForkScoring } from '../../serving/scoring/messages.ts';
import { createDatasets } from '../../training/datasets.ts';
import { readParameters } from '../../training/parameters.ts';
import { runTraining } from '../../training/run-training.ts';

interface Parts {
  programs: Programs;
  folders: RunFolders;
  fork: ForkScoring;
  /** Where its rows and its model are until it ends; programs of other users can enter it. */
  root: string;
  batchMs?: number;
}

/** Does what a training does, by the same code, with its own artifacts, which go at the end. */
export function createTrials({ programs, folders, fork, root, batchMs }: Parts): Trials {
  return {
    async train(order) {
      const { run, spec, window, asked, signal } = order;
      const folder = join(root, run);
      // An attempt that crashed may have left some.
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const artifacts = createFolderArtifacts(join(folder, 'artifacts'));
      const datasets = createDatasets({ programs, folders, artifacts, inspect: inspectDataset });
      const scorer = createScorer(artifacts, fork, batchMs);
      const budget = AbortSignal.timeout(order.timeoutMs);
      const both = AbortSignal.any([signal, budget]);
      try {
        const prepared = await datasets.prepare({ spec, run, window, signal: both });
        const data = await capped(prepared, order, join(folder, 'sample.parquet'));
        const runDir = await folders.create(run, 'train');
        const { path } = await runTraining(
          {
            ...{ spec, run, window, data, runDir, signal: both },
            parameters: readParameters(spec, {}),
          },
          programs,
        );
        const { artifact } = await admitModel(
          { path, spec, rows: prepared.inspection },
          { artifacts },
        );
        await folders.clear(runDir);
        const answers = await scorer.score(artifact.sha256, asked, spec, {
          ...{ name: `the retrained ${spec.name}`, signal: both },
        });
        return { answers, rows: Math.min(order.rows, prepared.fingerprint.rows) };
      } catch (cause) {
        signal.throwIfAborted();
        if (!budget.aborted) throw cause;
        throw new Refused(
          `Its programs were not done within ${order.timeoutMs / 60_000} minutes, so they were stopped.`,
          { next: 'probe.minutes of the model in wheelhouse.yaml allows more.', cause },
        );
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function capped(
  { path, inspection }: Prepared,
  { rows }: TrialOrder,
  out: string,
): Promise<string> {
  if (inspection.rows <= rows) return path;
  await sampleRows(path, rows, out).catch((cause: unknown) => {
    throw new Error(`sampling the rows to train on: ${inWords(cause)}`, { cause });
  });
  return out;
}
