import { inWords } from '../../src/core/errors.ts';
import type { Needs } from '../../src/core/world.ts';
import { ProgramFailed } from '../../src/training/program-failed.ts';

/** What ended a run stands in its log too; a program's own last words stand there already. */
export async function logFailure(
  run: string,
  error: unknown,
  { runFolders }: Needs<'runFolders'>,
): Promise<void> {
  if (error instanceof ProgramFailed) return;
  await runFolders.log(run, inWords(error));
}
