import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Refused, WheelhouseError } from '../core/errors.ts';
import type { ModelSpec, Window } from '../core/model.ts';
import type { Arrivals } from '../core/ports/arrivals.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { Datasets, Inspection, Programs, RunFolders } from '../core/ports/programs.ts';
import { reallyInside } from './handed-over.ts';

interface Parts {
  programs: Programs;
  folders: RunFolders;
  artifacts: Artifacts;
  /** Throws Refused if the rows cannot be used, any other error if it is not a Parquet file. */
  inspect(path: string, spec: ModelSpec, window: Window): Promise<Inspection>;
  /** What is known of new data; without it, the program is told nothing of it. */
  arrivals?: Pick<Arrivals, 'accepted' | 'excluded'>;
}

/**
 * Rows written by the workspace's own program, stored as an artifact: a version's data can be inspected, and
 * trained on again, as long as the artifact exists.
 */
export function createDatasets({
  programs,
  folders,
  artifacts,
  inspect,
  arrivals,
}: Parts): Datasets {
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
            task: spec.task.name,
            classes: spec.classes,
            null_category: spec.nullCategory,
            ...(await newData(spec, arrivals)),
            out,
          },
          timeoutMs: spec.training.timeoutMinutes * 60_000,
          signal,
          onProgress: () => undefined,
        });
        await requireFile({ folder, out }, spec);
        // What is checked is what is stored: the program may have left something that still writes.
        const { sha256 } = await artifacts.putFile(out);
        const path = await artifacts.path(sha256);
        const inspection = await inspected(path, spec, window, inspect);
        const { rows } = inspection;
        if (rows === 0) throw noRows(spec, window);
        return { path, fingerprint: { window, sha256, rows }, inspection };
      } finally {
        await folders.clear(folder);
      }
    },
    open: async (fingerprint) => ({ path: await artifacts.path(fingerprint.sha256), fingerprint }),
  };
}

/** Read when the program starts: what is put in quarantine while it waits for its turn is left out. */
async function newData(
  { name, data = [] }: ModelSpec,
  arrivals: Parts['arrivals'],
): Promise<{ accepted?: string[]; excluded: string[] }> {
  if (!arrivals || data.length === 0) return { excluded: [] };
  const [accepted, excluded] = [await arrivals.accepted(name), await arrivals.excluded(name)];
  return { accepted: accepted.filter((one) => !excluded.includes(one)), excluded };
}

const NEXT = 'docs/training-contract.md says what it must write.';

async function requireFile(
  { folder, out }: { folder: string; out: string },
  { name }: ModelSpec,
): Promise<void> {
  if (!(await stat(out).catch(() => undefined)))
    throw new Refused(`The dataset program of ${name} succeeded, but wrote no file.`, {
      next: NEXT,
    });
  await reallyInside(folder, out);
}

async function inspected(
  path: string,
  spec: ModelSpec,
  window: Window,
  inspect: Parts['inspect'],
): Promise<Inspection> {
  try {
    return await inspect(path, spec, window);
  } catch (cause) {
    if (cause instanceof WheelhouseError) throw cause;
    throw new Refused(
      `The file that the dataset program of ${spec.name} wrote is not a Parquet file.`,
      {
        next: NEXT,
        cause,
      },
    );
  }
}

/** Nothing happened in the window, or the program found nothing. */
export class NoRows extends Refused {}

function noRows(spec: ModelSpec, { from, to }: Window): NoRows {
  const days = `${from.toISOString().slice(0, 10)} to ${to.toISOString().slice(0, 10)}`;
  return new NoRows(`${spec.name} has no rows from ${days}.`, {
    next: 'Choose other days with --from and --to.',
  });
}
