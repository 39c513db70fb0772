import { chmod, chown, mkdir } from 'node:fs/promises';
import type { Settings } from '../../config/settings.ts';
import type { Argv } from '../core/model.ts';
import { letThrough, obstacle } from '../training/reach.ts';
import { type ProgramUser, TRAFFIC_USER } from '../training/users.ts';

/**
 * The user that runs the traffic of a demo, with a folder for its state and one for new data that it brings. Undefined: the current user, if it is
 * not root, if that is configured, or if another user cannot reach the program; the worker reports that.
 */
export async function trafficUser(
  argv: Argv,
  folder: string,
  { home, programUser, environment }: Settings,
  { state, arrivals }: { state: string; arrivals: string },
): Promise<ProgramUser | undefined> {
  if (process.getuid?.() !== 0 || programUser !== undefined) return undefined;
  await letThrough(home);
  await mkdir(state, { recursive: true, mode: 0o700 });
  const path = environment['PATH'] ?? '';
  if (await obstacle(TRAFFIC_USER, { argv, folder, look: [home], path })) return undefined;
  for (const folder of [state, arrivals]) await chown(folder, TRAFFIC_USER.uid, TRAFFIC_USER.gid);
  // What arrives is read by the dataset program, which is another user.
  await chmod(arrivals, 0o755);
  return TRAFFIC_USER;
}
