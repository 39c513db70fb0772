import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Refused } from '../core/errors.ts';
import type { ModelSpec, Window } from '../core/model.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { Datasets, Programs, RunFolders } from '../core/ports/programs.ts';
import { reallyInside } from './handed-over.ts';

interface Parts {
  programs: Programs;
  folders: RunFolders;
  artifacts: Artifacts;
  /** Rows of a Parquet file. */
  count(path: string): Promise<number>;
}

/**
 * Rows by the workspace's own program, kept as an artifact: a version's data can be looked at, and
 * trained on again, for as long as the artifact is kept.
 */
export function createDatasets({ programs, folders, artifacts, count }: Parts): Datasets {
  return {
    async prepare({ spec, run, window, signal }) {
      const folder = await folders.create(run, 'dataset');
      try {
        const out = join(folder, 'rows.parquet');
        await programs.run({
          argv: spec.programs.dataset,
          folder: spec.folder,
          runDir: folder,
          request: {
            run,
            model: spec.name,
            window,
            parameters: {},
            features: spec.features,
            label: spec.label,
            out,
          },
          timeoutMs: spec.training.timeoutMinutes * 60_000,
          signal,
          onProgress: () => undefined,
        });
        const rows = await counted({ folder, out }, spec, count);
        if (rows === 0) throw noRows(spec, window);
        const { sha256 } = await artifacts.putFile(out);
        return { path: await artifacts.path(sha256), fingerprint: { window, sha256, rows } };
      } finally {
        await folders.clear(folder);
      }
    },
    open: async (fingerprint) => ({ path: await artifacts.path(fingerprint.sha256), fingerprint }),
  };
}

async function counted(
  { folder, out }: { folder: string; out: string },
  spec: ModelSpec,
  count: Parts['count'],
): Promise<number> {
  const next = 'docs/training-contract.md says what it must write.';
  if (!(await stat(out).catch(() => undefined)))
    throw new Refused(`The dataset program of ${spec.name} ended well, but wrote no file.`, {
      next,
    });
  await reallyInside(folder, out);
  try {
    return await count(out);
  } catch (cause) {
    throw new Refused(`What the dataset program of ${spec.name} wrote is no Parquet file.`, {
      next,
      cause,
    });
  }
}

function noRows(spec: ModelSpec, { from, to }: Window): Refused {
  const days = `${from.toISOString().slice(0, 10)} to ${to.toISOString().slice(0, 10)}`;
  return new Refused(`${spec.name} has no rows from ${days}.`, {
    next: 'Choose other days with --from and --to.',
  });
}
