import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Unreachable } from '../../core/errors.ts';
import type { SignedAccess } from '../../core/ports/objects.ts';
import type { Heard } from '../output.ts';
import { ProgramFailed } from '../program-failed.ts';
import { HANDED_OVER, requireSigned, slotOf } from './remote.ts';

interface Taking {
  id: string;
  argv: readonly string[];
  /** The folder for them on this machine. */
  to: string;
  signal: AbortSignal;
}

/**
 * Fetches what an execution on another machine handed over.
 * @returns the files here, by name; their bytes are those that the other machine had
 * @throws ProgramFailed if it reported one that it did not have; Unreachable
 */
export async function takeOver(
  { artifacts, sent, last }: Heard,
  { id, argv, to, signal }: Taking,
  access: SignedAccess | undefined,
): Promise<Record<string, string>> {
  const signed = requireSigned(access, id);
  const files: Record<string, string> = {};
  await mkdir(to, { recursive: true });
  for (const name of HANDED_OVER) {
    const reported = artifacts[name];
    if (reported === undefined) continue;
    const wanted = sent[name];
    if (wanted === undefined)
      throw new ProgramFailed(
        `"${argv.join(' ')}" reported the artifact "${name}", but ${basename(reported)} is no file.`,
        last,
      );
    const file = join(to, name);
    // Of an attempt that ended in the middle.
    await rm(file, { force: true });
    const { sha256 } = await signed.take(slotOf(id, name), file, signal);
    if (sha256 !== wanted)
      throw new Unreachable(`Taking over ${name} of ${id}: its bytes were changed on the way.`);
    files[name] = file;
  }
  return files;
}
