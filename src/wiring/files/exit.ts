import { inWords, WheelhouseError } from '../../core/errors.ts';

export interface Out {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/** Runs a command over files; an error that the user must fix is one line, and the exit code 2. */
export async function answered({ stderr }: Out, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof WheelhouseError)) throw error;
    stderr.write(`${inWords(error).replaceAll('\n', ' ')}\n`);
    return 2;
  }
}
