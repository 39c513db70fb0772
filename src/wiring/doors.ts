import type { Log } from '../core/hallway/log.ts';
import type { Hallway, Platform } from '../core/platform.ts';
import type { CommandShape } from '../core/shape.ts';
import { type ClosedDoor, type PlatformKind, platforms } from '../platforms/index.ts';
import type { House } from './house.ts';

/** What a person's own page is made of, where a platform has one. */
const HOME = ['approvals', 'runs --mine --limit 5', 'status', 'alerts'];

/** Platforms of others whose settings are there. A half-set one is an error; a shut one is a line of log. */
export function readDoors(environment: Record<string, string | undefined>, log: Log): ClosedDoor[] {
  return platforms.flatMap((kind: PlatformKind) => {
    const door = kind.read(environment);
    if (!door)
      log.info({ platform: kind.name }, `the ${kind.name} door stays shut: it has no settings`);
    return door ? [door] : [];
  });
}

export function openDoors(
  closed: readonly ClosedDoor[],
  { artifacts, log }: Pick<House, 'artifacts' | 'log'>,
  commands: readonly CommandShape[],
  fatal: (error: Error) => void,
): Platform[] {
  return closed.map((door) => door.open({ artifacts, commands, home: HOME, log, fatal }));
}

/** Opens them one after the other; where one cannot open, those before it are closed again. */
export async function startDoors(doors: readonly Platform[], hallway: Hallway): Promise<void> {
  const open: Platform[] = [];
  try {
    for (const door of doors) {
      await door.start(hallway);
      open.push(door);
    }
  } catch (error) {
    await stopDoors(open);
    throw error;
  }
}

export async function stopDoors(doors: readonly Platform[]): Promise<void> {
  await Promise.allSettled(doors.map((door) => door.stop()));
}
