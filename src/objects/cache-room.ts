import { rm, stat } from 'node:fs/promises';
import { absent, fileIn } from './files.ts';
import { objectsIn } from './folder/store.ts';

/**
 * Removes copies that nobody has open until at most that many bytes are left, those first that were opened longest ago.
 * Those that are open count, and stay.
 */
export async function makeRoom(dir: string, bytes: number): Promise<void> {
  const copies = [];
  for await (const copy of objectsIn(dir)) copies.push(copy);
  let left = copies.reduce((sum, copy) => sum + copy.bytes, 0);
  for (const copy of copies.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    if (left <= bytes) return;
    const file = fileIn(dir, copy.sha256);
    // A second name: a process has it open, and removing it would free nothing.
    const found = await stat(file).catch(absent);
    if (found && found.nlink > 1) continue;
    await rm(file, { force: true });
    left -= copy.bytes;
  }
}
