import { readSettings } from '../../config/settings.ts';
import { BadInput } from '../core/errors.ts';
import { parseWords } from '../core/parse-words.ts';
import type { AuditHead } from '../core/ports/audit.ts';
import { withRegistry } from './store.ts';

const USAGE = 'npx wheelhouse audit verify [--head SEQUENCE:HASH] [--json]';

/**
 * `audit verify`: checks the audit log from its first event to its last, and prints the head. True if all
 * events are as recorded. Changes nothing.
 */
export async function verifyAudit(
  words: readonly string[],
  out: { write(text: string): unknown },
  settings = readSettings(),
): Promise<boolean> {
  const { posted, json } = wishOf(words);
  const { head, fault } = await withRegistry(settings, ({ audit }) => audit.verify(posted));
  const print = (text: string) => out.write(`${text}\n`);
  if (json) print(JSON.stringify({ ok: fault === undefined, head, fault: fault ?? null }, null, 2));
  else if (fault) print(`✖ ${fault.what}\n  Events 1 to ${head.sequence} are as recorded.`);
  else if (head.sequence === 0) print('✔ The audit log is empty.');
  else
    print(
      `✔ All ${head.sequence.toLocaleString('en-US')} events are as recorded${posted ? ', and the posted head is among them' : ''}.\n  Head  ${head.sequence}:${head.hash}`,
    );
  return fault === undefined;
}

function wishOf([verb, ...rest]: readonly string[]): { posted?: AuditHead; json: boolean } {
  if (verb !== 'verify')
    throw new BadInput(`"audit ${verb ?? ''}" is not a command.`, { next: `Usage: ${USAGE}` });
  const options = { head: { type: 'string' }, json: { type: 'boolean' } } as const;
  const { head, json = false } = parseWords({ args: rest, options, strict: true }, USAGE).values;
  return { json, ...(head !== undefined && { posted: headOf(head) }) };
}

function headOf(text: string): AuditHead {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (sequence === undefined || hash === undefined)
    throw new BadInput(`"${text}" is not a head.`, {
      next: 'A head is a number, a colon and 64 hexadecimal digits, as it is posted.',
    });
  return { sequence: Number(sequence), hash };
}
