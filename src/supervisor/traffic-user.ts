import { chown, mkdir } from 'node:fs/promises';
import type { Settings } from '../../config/settings.ts';
import type { Argv } from '../core/model.ts';
import { letThrough, obstacle } from '../training/reach.ts';
import { type ProgramUser, TRAFFIC_USER } from '../training/users.ts';

/**
 * As whom the traffic of a demo runs, with a folder for its state. Undefined: as we do, where we are not root,
 * where that is what was asked for, or where another user cannot get to the program; the worker says so.
 */
export async function trafficUser(
  argv: Argv,
  folder: string,
  { home, programUser, environment }: Settings,
  state: string,
): Promise<ProgramUser | undefined> {
  if (process.getuid?.() !== 0 || programUser !== undefined) return undefined;
  await letThrough(home);
  await mkdir(state, { recursive: true, mode: 0o700 });
  const path = environment['PATH'] ?? '';
  if (await obstacle(TRAFFIC_USER, { argv, folder, look: [home], path })) return undefined;
  await chown(state, TRAFFIC_USER.uid, TRAFFIC_USER.gid);
  return TRAFFIC_USER;
}
