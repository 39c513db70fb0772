import { z } from 'zod';
import type { Json } from '../core/json.ts';
import { NotProven } from './not-proven.ts';

export const IN_TOTO = 'application/vnd.in-toto+json';
const STATEMENT = 'https://in-toto.io/Statement/v1';
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 hash');

/** An in-toto Statement v1 about one subject. */
interface Statement<P> {
  name: string;
  sha256: string;
  predicate: P;
}

/** The bytes of the statement. */
export function statementOf(
  predicateType: string,
  { name, sha256, predicate }: Statement<Json>,
): Buffer {
  return Buffer.from(
    JSON.stringify({
      _type: STATEMENT,
      subject: [{ name, digest: { sha256 } }],
      predicateType,
      predicate,
    }),
  );
}

/** @throws NotProven if it is not a statement of that type about exactly one subject */
export function readStatement<P>(
  payload: Uint8Array,
  predicateType: string,
  predicate: z.ZodType<P>,
): Statement<P> {
  const shape = z.object({
    _type: z.literal(STATEMENT),
    subject: z.tuple([
      z.object({ name: z.string().min(1), digest: z.object({ sha256: Sha256 }).loose() }),
    ]),
    predicateType: z.literal(predicateType),
    predicate,
  });
  const read = shape.safeParse(parsed(payload));
  if (!read.success)
    throw new NotProven(
      `It is not a statement of the type ${predicateType}: ${z.prettifyError(read.error)}`,
    );
  const [{ name, digest }] = read.data.subject;
  return { name, sha256: digest.sha256, predicate: read.data.predicate };
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString());
  } catch (cause) {
    throw new NotProven('Its payload is not JSON.', { cause });
  }
}
