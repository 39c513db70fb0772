import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RUN_SORTS } from '../../core/board.ts';
import { Refused } from '../../core/errors.ts';
import { type Directory, holdsSomewhere } from '../../core/people.ts';
import type { Board } from '../../core/ports/board.ts';
import { read } from '../http/read.ts';
import type { Speakers } from '../http/speakers.ts';

const Name = z.string().min(1).max(100);
const count = (most: number, usual: number) =>
  z.coerce.number().int().min(1).max(most).default(usual);

const Who = { as: Name.optional() };
const MODELS = z.strictObject({ ...Who, after: Name.optional(), limit: count(200, 100) });
const MODEL = z.object({ model: Name });
const LOOK = z.strictObject({ ...Who, in: Name.optional(), windows: count(200, 60) });
const RUNS = z.strictObject({
  ...Who,
  model: Name.optional(),
  status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']).optional(),
  sort: z.enum(RUN_SORTS).default('created'),
  order: z.enum(['ascending', 'descending']).default('descending'),
  limit: count(200, 50),
  offset: z.coerce.number().int().min(0).max(1_000).default(0),
});
const FINDINGS = z.strictObject({
  ...Who,
  model: Name,
  monitor: Name,
  in: Name.optional(),
  before: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .optional(),
  limit: count(200, 50),
});

/** What is known about models, as JSON: read-only, for the page and for programs with the session token. */
export function boardRoutes(
  api: FastifyInstance,
  { board, people, speakers }: { board: Board; people: Directory; speakers: Speakers },
): void {
  /** Whoever asks must still have a role; a program need not say who it is. */
  const admit = (as: string | undefined) => {
    const asking = as === undefined ? speakers.all() : [speakers.named(as)];
    const now = asking.flatMap(({ id }) => people.byId(id) ?? []);
    if (now.some((person) => holdsSomewhere(person, 'viewer'))) return;
    throw new Refused('This session belongs to nobody with a role any more.', {
      next: 'Ask an admin to add you to the workspace file.',
    });
  };

  api.get('/models', async (request, reply) => {
    const { as, after, limit } = read(MODELS, request.query);
    admit(as);
    return fresh(request, reply, await board.models({ after, limit }));
  });
  api.get('/models/:model', async (request, reply) => {
    const { as, in: environment, windows } = read(LOOK, request.query);
    admit(as);
    const { model } = read(MODEL, request.params);
    const where = { environment, windows, platform: 'web' };
    return fresh(request, reply, await board.model(model, where));
  });
  api.get('/runs', async (request, reply) => {
    const { as, ...question } = read(RUNS, request.query);
    admit(as);
    return fresh(request, reply, await board.runs(question));
  });
  api.get('/findings', async (request, reply) => {
    const { as, in: environment, ...question } = read(FINDINGS, request.query);
    admit(as);
    return fresh(request, reply, await board.findings({ ...question, environment }));
  });
}

/** Sends nothing if the caller has the same already. */
function fresh(request: FastifyRequest, reply: FastifyReply, answer: object): FastifyReply {
  const body = JSON.stringify(answer);
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  reply.headers({ etag: tag, 'cache-control': 'private, no-cache' });
  if (request.headers['if-none-match'] === tag) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(body);
}
