import { z } from 'zod';

/** The files of a bundle. */
export const FILES = {
  ticket: 'ticket.json',
  evidence: 'evidence.json',
  record: 'record.json',
  audit: 'audit.json',
  cardJson: 'card.json',
  cardText: 'card.md',
  signature: 'model.sig',
  model: 'model/model.onnx',
  ticketKey: 'keys/ticket.pem',
  modelKey: 'keys/model.pem',
} as const;

/** By name. */
export type BundleFiles = ReadonlyMap<string, Buffer>;

const Event = z.object({
  id: z.string(),
  sequence: z.int().positive(),
  previous: z.string(),
  hash: z.string(),
  at: z.coerce.date(),
  by: z.string(),
  action: z.string(),
  subject: z.string(),
  via: z.string(),
  model: z.string().optional(),
  environment: z.string().optional(),
  before: z.json().optional(),
  after: z.json().optional(),
});

/** A part of the audit log without gaps, oldest first. */
export const Events = z.array(Event).min(1);
export type Events = z.infer<typeof Events>;

/** What the card reads; the rest of the record is covered by its digest. */
export const Record = z.object({
  version: z.object({
    run: z.string(),
    dataset: z.object({
      window: z.object({ from: z.string(), to: z.string() }),
      sha256: z.string(),
      rows: z.number(),
    }),
    code: z.object({ revision: z.string(), dirty: z.boolean() }),
    createdBy: z.string(),
    createdAt: z.string(),
  }),
  evaluation: z
    .object({
      dataset: z.object({ sha256: z.string(), rows: z.number() }),
      metrics: z.record(z.string(), z.number()),
      unit: z.string().optional(),
    })
    .optional(),
});

export const Evidence = z
  .object({
    artifact: z.string(),
    gates: z.array(
      z.object({ name: z.string(), passed: z.boolean(), words: z.string().optional() }).loose(),
    ),
    metrics: z.record(z.string(), z.number()),
    champion: z.number().optional(),
    digest: z.string(),
  })
  .loose();
