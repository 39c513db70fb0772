import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelCardText } from '../../cards/model-card.ts';
import { NotFound } from '../../core/errors.ts';
import { toJson } from '../../core/json.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import { trustedKeys } from '../../proof/key-files.ts';
import { pemOf } from '../../proof/keys.ts';
import { type OpenTicket, openTicket } from '../../proof/ticket.ts';
import type { Registry } from '../../registry/index.ts';
import { cardOf, isNoteOn } from './card.ts';
import { type BundleFiles, Events, Evidence, FILES, Record } from './files.ts';

interface From {
  registry: Pick<Registry, 'tickets' | 'approvals' | 'versions' | 'audit'>;
  artifacts: Pick<Artifacts, 'path'>;
  /** The folder `keys`. */
  keys: string;
}

/** All files that prove why a version was let into an environment. Throws NotFound if it has no valid ticket. */
export async function collectBundle(
  about: { model: string; version: number; environment: string },
  { registry, artifacts, keys }: From,
): Promise<BundleFiles> {
  const { model, version: number, environment } = about;
  const version = await registry.versions.numbered(model, number);
  const trusted = await trustedKeys(keys, 'ticket');
  const [stored] = await registry.tickets.of(about);
  if (!stored)
    throw new NotFound(
      `${model} v${number} has no ticket for ${environment}, so nothing was written.`,
      {
        next: 'A version gets one when its promotion is approved.',
      },
    );
  const ticket = openTicket(stored.envelope, trusted);
  const key = trusted.find(({ id }) => id === ticket.key);
  const modelKey = (await trustedKeys(keys, 'model')).find(({ id }) => id === ticket.modelKey);
  const { evidence } =
    ticket.request === undefined ? {} : await registry.approvals.get(ticket.request);
  const evaluation = await registry.versions.evaluation(version.id);
  const record = toJson({ version, evaluation });
  const events = await eventsFor(ticket, registry);
  const files = new Map<string, Buffer>([
    [FILES.ticket, text(stored.envelope)],
    [FILES.audit, text(toJson(events))],
    [FILES.signature, text(stored.modelSignature)],
    [FILES.model, await readFile(await artifacts.path(ticket.artifact))],
    ...(key ? [[FILES.ticketKey, Buffer.from(pemOf(key.key))] as const] : []),
    ...(modelKey ? [[FILES.modelKey, Buffer.from(pemOf(modelKey.key))] as const] : []),
    // What the ticket does not cover proves nothing, and stays unknown.
    ...(ticket.evidence === undefined ? [] : [[FILES.evidence, text(toJson(evidence))] as const]),
    ...(ticket.record === undefined ? [] : [[FILES.record, text(record)] as const]),
  ]);
  const card = cardOf({
    ...{ ticket, events: Events.parse(toJson(events)) },
    evidence: ticket.evidence === undefined ? undefined : Evidence.parse(toJson(evidence)),
    record: ticket.record === undefined ? undefined : Record.parse(record),
  });
  files.set(FILES.cardJson, text(toJson(card)));
  files.set(FILES.cardText, Buffer.from(modelCardText(card)));
  return files;
}

/** From the first event about the version or its request, without gaps, to the last. */
async function eventsFor(
  { model, version, request, audit, takenOver }: OpenTicket,
  registry: Pick<Registry, 'audit'>,
) {
  const subjects = [`${model}@${version}`, request, takenOver].filter((one) => one !== undefined);
  const lists = await Promise.all(
    subjects.map((subject) => registry.audit.list({ subject, limit: 500 })),
  );
  const noted = await registry.audit.list({ model, action: 'note.add', limit: 500 });
  const about = noted.filter((event) => isNoteOn(event, { model, version, request }));
  const places = [...[...lists.flat(), ...about].map(({ sequence }) => sequence), audit.sequence];
  const [first, last] = [Math.min(...places), Math.max(...places)];
  const head = await registry.audit.head();
  const newest = await registry.audit.list({ limit: (head?.sequence ?? 0) - first + 10 });
  return newest.filter(({ sequence }) => sequence >= first && sequence <= last).reverse();
}

const text = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** Where a file of a bundle is. */
export const fileIn = (folder: string, name: string): string => join(folder, ...name.split('/'));
