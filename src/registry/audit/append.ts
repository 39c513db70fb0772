import { setTimeout as wait } from 'node:timers/promises';
import type { Model } from 'mongoose';
import { storable } from '../../core/canonical.ts';
import type { Clock } from '../../core/clock.ts';
import { toJson } from '../../core/json.ts';
import type { Audit, AuditDraft, AuditHead } from '../../core/ports/audit.ts';
import { unlessThere } from '../reach.ts';
import { type AuditRow, BEGINNING, sealAfter, type Unsealed } from './chain.ts';

/** Events written at once. */
const MOST = 200;
/** How often other processes may be first before this gives up. */
const ATTEMPTS = 500;
const LONGEST_WAIT_MS = 25;

interface Waiting {
  row: Unsealed;
  stored(): void;
  failed(error: unknown): void;
}

/**
 * Appends to the chain with inserts only. The unique index on the sequence rejects the second of two writers,
 * who then reads the new head and links again; a crash leaves complete events, in order. Events that arrive
 * during a write are written together in the next one.
 */
export function createAppend(
  rows: Model<AuditRow>,
  newest: () => PromiseLike<AuditRow | null>,
  clock: Clock,
): Audit['append'] {
  const waiting: Waiting[] = [];
  let isWriting = false;
  /** As this process knows it; the index detects if it is outdated. */
  let head: AuditHead | undefined;

  async function drain(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST);
      try {
        await write(batch.map(({ row }) => row));
        for (const { stored } of batch) stored();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    isWriting = false;
  }

  /** Throws if some of it may not be stored. When repeated, it stores what is missing. */
  async function write(events: readonly Unsealed[]): Promise<void> {
    let missing = [...new Map(events.map((event) => [event._id, event])).values()];
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const linked = link(missing, head ?? (await newest()) ?? BEGINNING);
      // Unknown until the answer arrives: a failed write may have stored a part.
      head = undefined;
      if (await unlessThere(() => rows.insertMany(linked, { ordered: true }))) {
        head = linked.at(-1);
        return;
      }
      const ids = missing.map(({ _id }) => _id);
      const found = await rows.find({ _id: { $in: ids } }).lean<AuditRow[]>();
      const there = new Set(found.map(({ _id }) => _id));
      missing = missing.filter(({ _id }) => !there.has(_id));
      if (missing.length === 0) return;
      await wait(Math.random() * Math.min(attempt, LONGEST_WAIT_MS));
    }
    throw new Error(`other processes were first ${ATTEMPTS} times; some events are not recorded`);
  }

  return (event) =>
    new Promise((stored, failed) => {
      waiting.push({ row: rowOf(event, clock.now()), stored, failed });
      void drain();
    });
}

/** Each event with the seal that links it to the previous one. */
function link(events: readonly Unsealed[], head: AuditHead): AuditRow[] {
  let last = head;
  return events.map((event) => {
    const seal = sealAfter(last, event);
    last = seal;
    return { ...event, ...seal };
  });
}

/** What is hashed is what will be read back. */
function rowOf({ id, before, after, ...event }: AuditDraft, at: Date): Unsealed {
  const text = (words: string) => String(storable(words));
  const { by, action, subject, via, model, environment } = event;
  return {
    _id: text(id),
    at,
    by: text(by),
    action: text(action),
    subject: text(subject),
    via: text(via),
    ...(model !== undefined && { model: text(model) }),
    ...(environment !== undefined && { environment: text(environment) }),
    ...(before !== undefined && { before: storable(toJson(before)) ?? null }),
    ...(after !== undefined && { after: storable(toJson(after)) ?? null }),
  };
}
