import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from 'fastify';
import type { Clock } from '../core/clock.ts';
import { type Endpoint, endpointId } from '../core/endpoint.ts';
import { inWords, NotFound, Unreachable, WheelhouseError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';
import type { Answers } from '../core/task.ts';
import { declaredOutputs, type Given, writeOutputs } from './answer.ts';
import { readBody } from './body.ts';
import { type GuardOptions, guardGateway, OPEN } from './guard.ts';
import { readLabels } from './labels.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { PredictionLog } from './log/log.ts';
import type { ModelCache } from './model-cache.ts';
import { type InferRequest, readInfer } from './protocol.ts';
import type { RecentIds } from './recent.ts';
import { say } from './say.ts';
import type { TimeLimits } from './times.ts';

interface Needs {
  cache: ModelCache;
  log: PredictionLog;
  /** The first one is also served without its name in the address. */
  environments: readonly [string, ...string[]];
  clock: Clock;
  maxRows: number;
  guard: GuardOptions;
  times: TimeLimits;
  recent: RecentIds;
  /** How long a caller may take to send a request. */
  requestMs: number;
  onProblem(problem: WheelhouseError): void;
}

interface OfModel {
  Params: { model: string };
}

const JSON_TYPE = 'application/json; charset=utf-8';
const MAX_BODY_BYTES = 16_000_000;
const MAX_CONNECTIONS = 4000;
export const REQUEST_MS = 30_000;
const NAMED = 5;

/** The routes of the gateway, on a server that does not listen yet. */
export function createRoutes(needs: Needs): FastifyInstance {
  const { environments, requestMs, onProblem } = needs;
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: 'idle',
    requestTimeout: requestMs,
    connectionTimeout: 2 * requestMs,
    http: { headersTimeout: requestMs, connectionsCheckingInterval: Math.min(1000, requestMs) },
    // Before routing: an unreadable or endless address.
    frameworkErrors(error: FastifyError, _request: FastifyRequest, reply: FastifyReply) {
      void reply.code(error.statusCode ?? 400).send({ error: error.message.slice(0, 200) });
    },
  });
  // Beyond this, new connections are closed: those that stall are gone after `requestMs`.
  app.server.maxConnections = MAX_CONNECTIONS;
  guardGateway(app, needs.guard);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    // Not async: a promise for every request would be a waste.
    (
      { headers }: FastifyRequest,
      bytes: Buffer,
      done: (error: Error | null, body?: unknown) => void,
    ) => {
      let body: unknown;
      try {
        body = readBody(bytes, headers['content-encoding']);
      } catch (cause) {
        done(cause instanceof Error ? cause : new Error(String(cause)));
        return;
      }
      done(null, body);
    },
  );

  addRoutes(app, '', environments[0], needs);
  for (const environment of environments) addRoutes(app, `/${environment}`, environment, needs);

  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      error: `there is no ${request.method} ${request.url.slice(0, 200)}. This gateway serves ${environments.join(', ')}.`,
    }),
  );
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = statusOf(error);
    if (status === 500)
      onProblem(
        new WheelhouseError('us', `answering ${request.method} ${request.url}: ${inWords(error)}`, {
          cause: error,
        }),
      );
    return reply.code(status).send({ error: inWords(error) });
  });
  return app;
}

/** The routes of one environment: the protocol only has models, so an environment is another base address. */
function addRoutes(app: FastifyInstance, base: string, environment: string, needs: Needs): void {
  const { cache, log, clock, maxRows, times, recent } = needs;
  const of = (model: string): Endpoint => ({ model, environment });

  /** Throws NotFound if nothing is live, Unreachable if what is live could not be loaded. */
  function slotOf(model: string): LoadedModel {
    const slot = cache.slot(of(model));
    if (slot) return slot;
    const problem = cache.problem(of(model));
    if (problem)
      throw new Unreachable(`${model} v${problem.version} does not answer: ${problem.error}`);
    throw new NotFound(
      `nothing is live for ${say(model)} in ${environment}.${didYouMean(model, cache.models(environment))}`,
    );
  }

  /** A version that gives no usable answer is suspect, whether it throws or answers. */
  async function answersOf(slot: LoadedModel, request: InferRequest): Promise<Answers> {
    let fine = false;
    try {
      const answers = await slot.served.answer(request.columns, request.rows);
      fine = slot.health.isFine(slot.served, answers, request);
      return answers;
    } finally {
      if (!fine) void cache.suspect(slot);
    }
  }

  app.get(`${base}/v2`, () => ({ name: 'wheelhouse', version: '2', extensions: [] }));
  app.get(`${base}/v2/health/live`, OPEN, () => ({ live: true }));
  app.get(`${base}/v2/health/ready`, OPEN, (_, reply) =>
    reply.code(cache.ready ? 200 : 503).send({ ready: cache.ready }),
  );

  app.get<OfModel>(`${base}/v2/models/:model`, ({ params }) => {
    const { live, answer } = slotOf(params.model);
    const inputs = Object.entries(live.features).map(([name, kind]) => ({
      name,
      datatype: kind === 'number' ? 'FP32' : 'BYTES',
      shape: [-1, 1],
    }));
    return {
      name: live.model,
      versions: [String(live.version)],
      platform: 'onnxruntime_onnx',
      inputs,
      outputs: declaredOutputs(answer, live.classes ?? []),
      problem: cache.problem(of(params.model)),
    };
  });

  app.get<OfModel>(`${base}/v2/models/:model/ready`, ({ params: { model } }, reply) => {
    const [slot, problem] = [cache.slot(of(model)), cache.problem(of(model))];
    if (!slot && !problem) slotOf(model); // throws the same as every other request would
    const serving = slot && { version: slot.live.version, deployment: slot.live.deployment };
    const reason = slot ? {} : { error: problem?.error };
    return reply
      .code(slot ? 200 : 503)
      .send({ name: model, ready: slot !== undefined, ...serving, ...reason, problem });
  });

  app.get<OfModel>(`${base}/v2/models/:model/live`, ({ params }) => {
    const { live, since } = slotOf(params.model);
    const { version, deployment } = live;
    return { version, deployment, since, problem: cache.problem(of(params.model)) };
  });

  app.post<OfModel>(`${base}/v2/models/:model/infer`, async ({ params, body }, reply) => {
    // Read once: a switch in between affects the next request.
    const slot = slotOf(params.model);
    const { model, version, earliest, classes = [] } = slot.live;
    const now = clock.now();
    const request = readInfer(body, slot.accepts, now, {
      earliest,
      latest: now.getTime() + times.aheadMs,
      hours: times.hoursPerRequest,
    });
    const answers = await answersOf(slot, request);
    const given = { fields: slot.answer.fields, classes, answers, rows: request.rows };
    log.predictions({
      model,
      environment,
      version,
      keys: slot.keys,
      columns: request.columns,
      ids: request.ids,
      times: request.times,
      untimed: typeof request.times === 'string',
      ...given,
    });
    reply.header('content-type', JSON_TYPE);
    return reply.send(writeAnswer(slot, request.id, given, recent.remember(slot.id, request)));
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
    const apart = rows.map((row) =>
      recent.knows(endpointId(of(model)), row.id) ? row : { ...row, unknown: true },
    );
    await log.labels(of(model), apart);
    const unknown = apart.flatMap((row) => ('unknown' in row ? [row.id] : []));
    if (unknown.length === 0) return { accepted: rows.length };
    return {
      accepted: rows.length,
      unknown: unknown.length,
      note: `${unknown.length} of them have ids that this gateway has not answered lately, such as ${named(unknown)}. They are kept, and count once a prediction with that id is in the log.`,
    };
  });
}

function statusOf(error: FastifyError): number {
  if (error instanceof NotFound) return 404;
  if (error instanceof WheelhouseError) return error.blame === 'user' ? 400 : 503;
  return error.statusCode ?? 500;
}

function writeAnswer(
  { live }: LoadedModel,
  id: string,
  given: Given,
  repeated: readonly string[],
): string {
  return `{"model_name":${JSON.stringify(live.model)},"model_version":"${live.version}","id":${JSON.stringify(id)},"outputs":${writeOutputs(given)},"parameters":{"deployment":${JSON.stringify(live.deployment)}${noteOn(repeated)}}}`;
}

/** An ID identifies one prediction: a caller who uses it for two should know. */
function noteOn(repeated: readonly string[]): string {
  if (repeated.length === 0) return '';
  const note = `${repeated.length} of the rows have ids that were answered before for other inputs, such as ${named(repeated)}. Labels by that id count for each of them.`;
  return `,"repeated":${repeated.length},"note":${JSON.stringify(note)}`;
}

const named = (ids: readonly string[]) => ids.slice(0, NAMED).map(say).join(', ');
