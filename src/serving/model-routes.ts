import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../core/clock.ts';
import { type Endpoint, endpointId } from '../core/endpoint.ts';
import { NotFound } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';
import { HEADER_LENGTH, isBinaryWanted, writeBinary } from './binary.ts';
import { readElsewhere } from './elsewhere/read.ts';
import { OPEN } from './guard.ts';
import { type Inference, VERSION_HEADER } from './inference.ts';
import type { Siblings } from './isolation/siblings.ts';
import { readLabels } from './labels.ts';
import type { PredictionLog } from './log/log.ts';
import type { ModelCache } from './model-cache.ts';
import { modelMetadata, SERVER } from './model-metadata.ts';
import { type Admission, Overloaded, RETRY_AFTER_S } from './overload.ts';
import type { RecentIds } from './recent.ts';
import { noteOn, unknownNote, writeAnswer } from './reply.ts';
import { say } from './say.ts';
import type { TrafficCounter } from './traffic.ts';

export interface RouteNeeds {
  inference: Inference;
  admission: Admission;
  cache: ModelCache;
  log: PredictionLog;
  clock: Clock;
  maxRows: number;
  recent: RecentIds;
  traffic: TrafficCounter;
  /** Other processes of the same gateway; none if it is the only one. */
  siblings?: Pick<Siblings, 'known'>;
}

interface OfModel {
  Params: { model: string };
}

interface OfVersion {
  Params: { model: string; version: string };
}

const JSON_TYPE = 'application/json; charset=utf-8';
const OVERLOADED = { error: new Overloaded().message };
const BINARY_TYPE = 'application/octet-stream';

/** The routes of one environment: the protocol only has models, so an environment is another base address. */
export function addRoutes(
  app: FastifyInstance,
  base: string,
  environment: string,
  needs: RouteNeeds,
): void {
  const { inference, admission, cache, log, clock, maxRows, recent, siblings, traffic } = needs;
  const of = (model: string): Endpoint => ({ model, environment });

  app.get(`${base}/v2`, () => SERVER);
  app.get(`${base}/v2/health/live`, OPEN, () => ({ live: true }));
  app.get(`${base}/v2/health/ready`, OPEN, (_, reply) =>
    reply.code(cache.ready ? 200 : 503).send({ ready: cache.ready }),
  );

  const metadata = (model: string, version?: string) => ({
    ...modelMetadata(inference.answering(of(model), version)),
    problem: cache.problem(of(model)),
  });
  app.get<OfModel>(`${base}/v2/models/:model`, ({ params }) => metadata(params.model));
  app.get<OfVersion>(`${base}/v2/models/:model/versions/:version`, ({ params }) =>
    metadata(params.model, params.version),
  );

  app.get<OfModel>(`${base}/v2/models/:model/ready`, ({ params: { model } }, reply) => {
    const [slot, problem] = [cache.slot(of(model)), cache.problem(of(model))];
    if (!slot && !problem) inference.slot(of(model)); // throws the same as every other request would
    const serving = slot && { version: slot.live.version, deployment: slot.live.deployment };
    const reason = slot ? {} : { error: problem?.error };
    return reply
      .code(slot ? 200 : 503)
      .send({ name: model, ready: slot !== undefined, ...serving, ...reason, problem });
  });
  app.get<OfVersion>(`${base}/v2/models/:model/versions/:version/ready`, ({ params }) => {
    const { live } = inference.answering(of(params.model), params.version);
    const { version, deployment } = live;
    return { name: params.model, ready: true, version, deployment };
  });

  app.get<OfModel>(`${base}/v2/models/:model/live`, ({ params }) => {
    const { live, since } = inference.slot(of(params.model));
    const { version, deployment } = live;
    return { version, deployment, since, problem: cache.problem(of(params.model)) };
  });

  async function infer(
    model: string,
    version: string | undefined,
    body: unknown,
    wish: unknown,
    reply: FastifyReply,
  ) {
    const { by, id, given, repeated } = await inference.infer(of(model), body, { wish, version });
    if (!isBinaryWanted(body)) {
      reply.header('content-type', JSON_TYPE);
      return reply.send(writeAnswer(by, id, given, repeated));
    }
    const { headerLength, bytes } = writeBinary(by, id, given, repeated);
    reply.header('content-type', BINARY_TYPE).header(HEADER_LENGTH, headerLength);
    return reply.send(bytes);
  }

  // Before the body is read.
  const onRequest = (_: FastifyRequest, reply: FastifyReply, done: () => void) => {
    if (admission.accepts()) return done();
    void reply.code(429).header('retry-after', RETRY_AFTER_S).send(OVERLOADED);
  };
  app.post<OfModel>(
    `${base}/v2/models/:model/infer`,
    { onRequest },
    ({ params, body, headers }, reply) =>
      infer(params.model, undefined, body, headers[VERSION_HEADER], reply),
  );
  app.post<OfVersion>(
    `${base}/v2/models/:model/versions/:version/infer`,
    { onRequest },
    ({ params: { model, version }, body }, reply) => infer(model, version, body, undefined, reply),
  );

  app.post<OfModel>(`${base}/v2/models/:model/predictions`, async ({ params: { model }, body }) => {
    const known = cache.versions(of(model));
    if (known.length === 0) throw inference.nothingLive(of(model));
    const now = clock.now();
    const { request, version, ...given } = readElsewhere(body, {
      ...{ model, environment, known, now },
      live: cache.slot(of(model))?.live.version,
      bounds: ({ earliest }) => inference.boundsFrom(earliest, now),
    });
    await log.store({
      ...{ model, environment, version, ...given, elsewhere: true },
      ...{ ids: request.ids, columns: request.columns, times: request.times },
      untimed: typeof request.times === 'string',
    });
    traffic.elsewhere(of(model), version, request.rows);
    const repeated = recent.remember(endpointId(of(model)), request);
    return {
      ...{
        model_name: model,
        model_version: String(version),
        id: request.id,
        accepted: request.rows,
      },
      ...noteOn(repeated),
    };
  });

  app.post<OfModel>(`${base}/v2/models/:model/labels`, async ({ params: { model }, body }) => {
    // A label may arrive long after the last version was taken out.
    if (!cache.knows(of(model)) && !(await log.knows(of(model))))
      throw new NotFound(
        `nothing was ever live for ${say(model)} in ${environment}.${didYouMean(model, cache.models(environment))}`,
      );
    const rows = readLabels(body, {
      ...{ model, maxRows, of: cache.label(of(model)), now: clock.now() },
    });
    const unsure = rows.flatMap(({ id }) => (recent.knows(endpointId(of(model)), id) ? [] : [id]));
    const elsewhere = unsure.length > 0 ? await siblings?.known(of(model), unsure) : undefined;
    const strange = new Set(unsure.filter((id) => !elsewhere?.has(id)));
    const apart = rows.map((row) => (strange.has(row.id) ? { ...row, unknown: true } : row));
    await log.labels(of(model), apart);
    traffic.labels(of(model), rows.length);
    const unknown = apart.flatMap((row) => ('unknown' in row ? [row.id] : []));
    if (unknown.length === 0) return { accepted: rows.length };
    return {
      accepted: rows.length,
      unknown: unknown.length,
      note: unknownNote(unknown),
    };
  });
}
