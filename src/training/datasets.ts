import { join } from 'node:path';
import { Refused } from '../core/errors.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { Datasets, Programs, RunFolders } from '../core/ports/programs.ts';

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
      const rows = await count(out);
      const days = `${window.from.toISOString().slice(0, 10)} to ${window.to.toISOString().slice(0, 10)}`;
      if (rows === 0)
        throw new Refused(`${spec.name} has no rows from ${days}.`, {
          next: 'Choose other days with --from and --to.',
        });
      const { sha256 } = await artifacts.putFile(out);
      await folders.clear(folder);
      return { path: await artifacts.path(sha256), fingerprint: { window, sha256, rows } };
    },
    open: async (fingerprint) => ({ path: await artifacts.path(fingerprint.sha256), fingerprint }),
  };
}
