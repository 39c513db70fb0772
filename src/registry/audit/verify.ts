import { z } from 'zod';
import type { AuditHead } from '../../core/ports/audit.ts';
import { BEGINNING, hashOf } from './chain.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const place = z.object({ _id: z.string(), sequence: z.int().positive() });
/** Exactly the fields of an event: another field, or another type, counts as an edit. */
const event = z.strictObject({
  _id: z.string(),
  sequence: z.int().positive(),
  previous: hash,
  hash,
  at: z.date(),
  by: z.string(),
  action: z.string(),
  subject: z.string(),
  via: z.string(),
  model: z.string().exactOptional(),
  environment: z.string().exactOptional(),
  before: z.json().exactOptional(),
  after: z.json().exactOptional(),
});

interface AuditFault {
  /** Its place in the chain; undefined if it has none. */
  sequence?: number;
  /** Undefined if the event is missing. */
  id?: string;
  /** What is wrong with it, as a sentence. */
  what: string;
}

/** The head up to which all events are as recorded, with the first fault after it, if any. */
export interface AuditVerdict {
  head: AuditHead;
  fault?: AuditFault;
}

/**
 * Checks the chain from its first event. Pure except for reading `rows`.
 * @param rows documents as stored, by rising sequence, those without one first
 * @param posted a head known from elsewhere, which the chain must contain
 */
export async function verifyChain(
  rows: AsyncIterable<unknown>,
  posted?: AuditHead,
): Promise<AuditVerdict> {
  let head = BEGINNING;
  for await (const row of rows) {
    const fault = faultIn(row, head);
    if (fault) return { head, fault };
    const { sequence, hash } = event.parse(row);
    head = { sequence, hash };
    if (posted?.sequence === sequence && posted.hash !== hash)
      return {
        head,
        fault: {
          sequence,
          what: `Event ${sequence} has the hash ${hash}, and ${posted.hash} was posted: the chain up to it was written anew.`,
        },
      };
  }
  if (posted && posted.sequence > head.sequence)
    return { head, fault: missing(head.sequence + 1, posted.sequence) };
  return { head };
}

function faultIn(row: unknown, head: AuditHead): AuditFault | undefined {
  const placed = place.safeParse(row);
  if (!placed.success) {
    const id = z.object({ _id: z.string() }).safeParse(row).data?._id;
    return {
      ...(id !== undefined && { id }),
      what: `Event ${id ?? 'without an id'} has no place in the chain: it was inserted past it.`,
    };
  }
  const { _id: id, sequence } = placed.data;
  if (sequence > head.sequence + 1) return missing(head.sequence + 1, sequence - 1);
  const about = { sequence, id };
  if (sequence <= head.sequence)
    return { ...about, what: `Event ${sequence} (${id}) was inserted: its place is taken.` };
  const read = event.safeParse(row);
  if (!read.success) {
    const fields = read.error.issues.flatMap(({ path, code, ...issue }) =>
      code === 'unrecognized_keys' && 'keys' in issue ? issue.keys : [path.join('.')],
    );
    const what = `Event ${sequence} (${id}) was edited: ${fields.join(', ')} cannot be as it is.`;
    return { ...about, what };
  }
  const { hash, previous } = read.data;
  if (hash !== hashOf(read.data, { sequence, previous }))
    return { ...about, what: `Event ${sequence} (${id}) was edited: its hash is another.` };
  if (previous !== head.hash)
    return {
      ...about,
      what:
        head.sequence === 0
          ? `Event 1 (${id}) does not begin the chain: it was written anew.`
          : `Event ${sequence} (${id}) does not follow event ${head.sequence}: one of them was replaced, with a hash to fit.`,
    };
  return undefined;
}

function missing(from: number, to: number): AuditFault {
  const what = from === to ? `Event ${from} is missing.` : `Events ${from} to ${to} are missing.`;
  return { sequence: from, what };
}
