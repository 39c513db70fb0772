import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { OfferedFile } from '../../../core/data.ts';
import { defineSource } from '../../../core/define-source.ts';
import { deriveId } from '../../../core/ids.ts';
import type { Argv } from '../../../core/model.ts';

const argv = z
  .array(z.string().min(1))
  .min(1)
  .transform(([program = '', ...rest]): Argv => [program, ...rest]);

/**
 * A program of the workspace that fetches what there is, e.g. from an object store or a warehouse, and reports
 * each file as an artifact, as a training program reports its model: docs/training-contract.md.
 */
export const program = defineSource({
  name: 'program',
  summary: 'Files that a program fetches and reports',
  settings: z.object({
    run: argv,
    timeout_minutes: z.number().positive().default(10),
  }),

  async look({ run, timeout_minutes: minutes }, { model, source, programs, runFolders, signal }) {
    const id = deriveId('data', model.name, source);
    const runDir = await runFolders.create(id, 'look');
    const close = () => runFolders.clear(runDir);
    try {
      const { artifacts } = await programs.run({
        argv: run,
        folder: model.folder,
        runDir,
        request: {
          ...{ run: id, model: model.name, window: model.training.window, parameters: {} },
          ...{ features: model.features, label: model.label, task: model.task.name },
          ...{ classes: model.classes, null_category: model.nullCategory, out: runDir },
        },
        timeoutMs: minutes * 60_000,
        signal,
        onProgress: () => undefined,
      });
      const files: OfferedFile[] = [];
      for (const [name, path] of Object.entries(artifacts).toSorted(byName)) {
        const { size: bytes, mtimeMs: modified } = await stat(path);
        files.push({ name, path, bytes, modified, isWhole: true });
      }
      return { files, close };
    } catch (error) {
      await close();
      throw error;
    }
  },
});

const byName = ([one]: [string, string], [other]: [string, string]): number =>
  one < other ? -1 : 1;
