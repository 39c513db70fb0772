import { createHash } from 'node:crypto';
import { z } from 'zod';
import { modelCardText } from '../../cards/model-card.ts';
import { canonical, sha256 } from '../../core/canonical.ts';
import { inWords } from '../../core/errors.ts';
import { digestOfEvidence } from '../../core/evidence.ts';
import { toJson } from '../../core/json.ts';
import { type PublicKey, publicKeyOf } from '../../proof/keys.ts';
import { verifyModel } from '../../proof/model-signing/verify.ts';
import { NotProven } from '../../proof/not-proven.ts';
import { openTicket } from '../../proof/ticket.ts';
import { hashOf } from '../../registry/audit/chain.ts';
import { cardOf } from './card.ts';
import { type BundleFiles, Events, Evidence, FILES, Record } from './files.ts';

export interface Check {
  what: string;
  /** Why it failed; undefined if it did not. */
  why?: string;
}

/**
 * Checks every file of a bundle: the ticket by the key, and everything else by what the ticket signs.
 * @param key the key that is trusted; without one, that of the bundle, which proves only that nothing was changed
 */
export function checkBundle(files: BundleFiles, key?: PublicKey): Check[] {
  const checks: Check[] = [];
  const check = <T>(what: string, of: () => T): T | undefined => {
    try {
      const found = of();
      checks.push({ what });
      return found;
    } catch (error) {
      const why = error instanceof z.ZodError ? z.prettifyError(error) : inWords(error);
      checks.push({ what, why });
      return undefined;
    }
  };
  const read = (name: string): Buffer => files.get(name) ?? fail(`${name} is missing`);
  const json = (name: string): unknown => JSON.parse(read(name).toString());

  const ticket = check('the ticket is signed', () => {
    const inside = publicKeyOf(read(FILES.ticketKey).toString());
    if (key && key.id !== inside.id) fail(`the bundle's key ${inside.id} is not the given one`);
    return openTicket(json(FILES.ticket), [key ?? inside]);
  });
  // Nothing else can be relied on.
  if (!ticket) return checks;
  const { request } = ticket;

  check('the model file is the one that the ticket is for', () => {
    const found = createHash('sha256').update(read(FILES.model)).digest('hex');
    if (found !== ticket.artifact) fail(`its SHA-256 is ${found}`);
  });
  check('the model signature is by the key that the ticket names', () => {
    const signer = publicKeyOf(read(FILES.modelKey).toString());
    if (signer.id !== ticket.modelKey) fail('the key is another one');
    const { files: signed } = verifyModel(read(FILES.signature).toString(), { keys: [signer] });
    const [one, ...more] = signed;
    if (one?.sha256 !== ticket.artifact || more.length > 0) fail('it is for another file');
  });
  const evidence =
    ticket.evidence === undefined
      ? undefined
      : check('the evidence is what the voters saw', () => {
          const raw = json(FILES.evidence);
          const parsed = Evidence.parse(raw);
          // Not the parsed one: the digest depends on the order of its fields.
          const found = digestOfEvidence(z.looseObject({}).parse(raw));
          if (found !== ticket.evidence || parsed.digest !== found) fail('its digest differs');
          return parsed;
        });
  const record =
    ticket.record === undefined
      ? undefined
      : check('the record of data, code and metrics is the one that was signed', () => {
          const raw = json(FILES.record);
          if (sha256(canonical(toJson(raw))) !== ticket.record) fail('its digest differs');
          return Record.parse(raw);
        });
  const events = check('the audit events are a chain that contains the head in the ticket', () => {
    const found = Events.parse(json(FILES.audit));
    for (const [at, { id, ...event }] of found.entries()) {
      const before = found[at - 1];
      if (before && (event.previous !== before.hash || event.sequence !== before.sequence + 1))
        fail(`event ${event.sequence} does not follow ${before.sequence}`);
      const { model, environment, ...rest } = event;
      const place = { ...(model !== undefined && { model }), ...(environment && { environment }) };
      if (hashOf({ _id: id, ...rest, ...place }, event) !== event.hash)
        fail(`event ${event.sequence} was changed`);
    }
    const { sequence, hash } = ticket.audit;
    if (found.find((one) => one.sequence === sequence)?.hash !== hash)
      fail(`event ${sequence}, the last one before the ticket, is missing or differs`);
    return found;
  });
  check('each vote has its audit event', () => {
    for (const { person } of ticket.votes)
      if (
        !events?.some(
          ({ action, by, subject }) =>
            action === 'approval.approve' && by === person && subject === request,
        )
      )
        fail(`there is none for ${person}`);
  });
  check('the card says what the other files say', () => {
    if (!events) fail('they could not be checked');
    const card = cardOf({ ticket, events: events ?? [], evidence, record });
    if (read(FILES.cardJson).toString() !== `${JSON.stringify(card, null, 2)}\n`)
      fail(`${FILES.cardJson} was changed`);
    if (read(FILES.cardText).toString() !== modelCardText(card))
      fail(`${FILES.cardText} was changed`);
  });
  const known = new Set<string>(Object.values(FILES));
  check('there is nothing else in the bundle', () => {
    for (const name of files.keys()) if (!known.has(name)) fail(`${name} is not part of a bundle`);
    for (const name of [FILES.evidence, FILES.record])
      if (
        files.has(name) &&
        (name === FILES.evidence ? ticket.evidence : ticket.record) === undefined
      )
        fail(`nothing signs ${name}`);
  });
  return checks;
}

function fail(why: string): never {
  throw new NotProven(why);
}
