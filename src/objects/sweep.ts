import type { Clock } from '../core/clock.ts';
import { Refused } from '../core/errors.ts';
import type { ListedObject, ObjectStore } from '../core/ports/objects.ts';
import type { Mark, StorageRecords } from '../core/ports/storage.ts';

const DAY = 86_400_000;
/** What is marked is removed by a later sweep, so that people can see it before. */
const MARKED_MS = DAY;
/** Uploads that broke off, and what is still in slots. */
const LEFTOVERS_MS = DAY;
/** Less than the time after which others take over a claim. */
const REMOVE_MS = 5 * 60_000;

interface Sweep {
  objects: ObjectStore;
  records: StorageRecords;
  clock: Clock;
  keepDays: number;
  signal?: AbortSignal;
}

export interface Swept {
  /** Newly marked. */
  marked: number;
  removed: number;
  bytes: number;
}

/** One object, and what becomes of it. */
export interface Examined extends ListedObject {
  /** Collections of the registry with documents that name it. */
  usedBy: readonly string[];
  /** When it is removed if nothing changes; undefined: something refers to it. */
  removedAt: Date | undefined;
}

/** Looks at every object, and changes nothing. */
export async function examine({
  objects,
  records,
  clock,
  keepDays,
  signal,
}: Sweep): Promise<Examined[]> {
  const listed: ListedObject[] = [];
  for await (const object of objects.list(signal)) listed.push(object);
  const marks = new Map((await records.marks()).map((mark) => [mark.sha256, mark]));
  // Read after the list: whoever stored something in between has a reference by now, or a new object.
  const users = await referencesTo(new Set(listed.map(({ sha256 }) => sha256)), records, signal);
  return listed.map((object) => {
    const usedBy = [...(users.get(object.sha256) ?? [])];
    const removedAt =
      usedBy.length > 0 ? undefined : removal(object, marks.get(object.sha256), clock, keepDays);
    return { ...object, usedBy, removedAt };
  });
}

function removal(
  object: ListedObject,
  mark: Mark | undefined,
  clock: Clock,
  keepDays: number,
): Date {
  const from =
    mark?.since.getTime() ?? Math.max(object.at.getTime() + keepDays * DAY, clock.now().getTime());
  return new Date(from + MARKED_MS);
}

async function referencesTo(
  known: ReadonlySet<string>,
  records: StorageRecords,
  signal: AbortSignal | undefined,
): Promise<Map<string, Set<string>>> {
  const users = new Map<string, Set<string>>();
  for await (const { collection, sha256 } of records.references(signal)) {
    if (!known.has(sha256)) continue;
    users.set(sha256, (users.get(sha256) ?? new Set()).add(collection));
  }
  return users;
}

/**
 * Removes what was marked a day ago and is still not referred to, and marks what is older than it must be kept. Can be
 * killed anywhere, and run twice at once: an object is claimed before its references are read once more, and whoever
 * stores it again in the meantime waits until it is gone (`guarded`).
 * @throws Refused, without changes, if the objects belong to another registry
 */
export async function sweep(order: Sweep): Promise<Swept> {
  const { objects, records, clock, keepDays, signal } = order;
  const owner = await records.owner();
  if ((await objects.claim(owner, signal)) !== owner)
    throw new Refused(
      `The objects in ${objects.place} belong to another registry, so none was removed.`,
      {
        next: 'Give each its own "objects.prefix", or its own folder: docs/storage.md#retention.',
      },
    );
  const now = clock.now().getTime();
  const due = new Date(now - MARKED_MS);
  const claims = new Map<string, Date>();
  for (const { sha256 } of await records.marks()) {
    const claimed = await records.claim(sha256, due);
    if (claimed) claims.set(sha256, claimed);
  }
  const found = await examine(order);
  const byHash = new Map(found.map((object) => [object.sha256, object]));
  const swept: Swept = { marked: 0, removed: 0, bytes: 0 };
  for (const [sha256, claimed] of claims) {
    signal?.throwIfAborted();
    const object = byHash.get(sha256);
    // A claim that is too old is somebody else's, and a young object was stored by a process that does not ask.
    if (!(await records.confirm(sha256, claimed))) continue;
    const isOld = object !== undefined && object.at.getTime() < now - keepDays * DAY;
    if (object && isOld && object.usedBy.length === 0) {
      const late = AbortSignal.timeout(REMOVE_MS);
      await objects.remove(sha256, signal ? AbortSignal.any([signal, late]) : late);
      swept.removed += 1;
      swept.bytes += object.bytes;
    }
    await records.release(sha256);
  }
  const marks = new Set((await records.marks()).map(({ sha256 }) => sha256));
  const used = found.filter(({ usedBy }) => usedBy.length > 0).map(({ sha256 }) => sha256);
  await records.unmark(used.filter((sha256) => marks.has(sha256)));
  const old = found.filter(
    ({ sha256, usedBy, at }) =>
      usedBy.length === 0 &&
      at.getTime() < now - keepDays * DAY &&
      !marks.has(sha256) &&
      !claims.has(sha256),
  );
  await records.mark(old.map(({ sha256 }) => sha256));
  swept.marked = old.length;
  await objects.tidy(new Date(now - LEFTOVERS_MS), signal);
  return swept;
}
