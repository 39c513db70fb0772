import { inWords } from '../../src/core/errors.ts';
import type { Needs } from '../../src/core/world.ts';
import { ProgramFailed } from '../../src/training/program-failed.ts';

/** The reason why a run ended is added to its log too; a program's own last lines are there already. */
export async function logFailure(
  run: string,
  error: unknown,
  { runFolders }: Needs<'runFolders'>,
): Promise<void> {
  if (error instanceof ProgramFailed) return;
  await runFolders.log(run, inWords(error));
}
