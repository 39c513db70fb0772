import { writeFile } from 'node:fs/promises';
// The small version of zod: see wire.ts.
import * as z from 'zod/mini';
import { BadInput } from '../../core/errors.ts';
import { gateCases, junitXml } from '../../core/junit.ts';

/** The part of an answer's data that tells what the gates said. */
const Judged = z.object({
  approval: z.object({
    id: z.string(),
    model: z.string(),
    environment: z.string(),
    evidence: z.object({
      gates: z.array(
        z.object({
          name: z.string(),
          passed: z.boolean(),
          words: z.string(),
          notApplicable: z.exactOptional(z.literal(true)),
          pending: z.exactOptional(z.literal(true)),
          change: z.exactOptional(z.string()),
          override: z.exactOptional(
            z.pipe(
              z.object({ by: z.string(), reason: z.string(), at: z.string() }),
              z.transform((one) => ({ ...one, at: new Date(one.at) })),
            ),
          ),
        }),
      ),
    }),
  }),
});

/**
 * Writes the gates of a request as a JUnit report.
 * @returns false if the answer has none, and nothing was written
 * @throws BadInput if the file cannot be written
 */
export async function writeJunit(file: string, data: unknown): Promise<boolean> {
  const judged = Judged.safeParse(data);
  if (!judged.success) return false;
  const { id, model, environment, evidence } = judged.data.approval;
  const cases = gateCases(`${model}.${environment}`, evidence.gates);
  try {
    await writeFile(file, junitXml(`wheelhouse ${id}`, cases));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BadInput(`Writing the JUnit report: ${why}`, {
      next: 'The command itself was done.',
      cause,
    });
  }
  return true;
}
