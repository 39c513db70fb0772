import { writeFile } from 'node:fs/promises';
import { BadInput } from '../../core/errors.ts';

/** Writes a page. Throws BadInput where it cannot be. */
export async function written(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BadInput(`Writing the page: ${reason}`, { cause });
  }
}
