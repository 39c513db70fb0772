import type { FastifyInstance } from 'fastify';
import type { Clock } from '../core/clock.ts';
import { type Endpoint, endpointId } from '../core/endpoint.ts';
import { BadInput, NotFound, Unreachable, WheelhouseError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';
import type { Answers } from '../core/task.ts';
import { declaredOutputs } from './answer.ts';
import type { Answerer, Wish } from './challenger/rollout.ts';
import type { Rollouts } from './challenger/rollouts.ts';
import { readElsewhere } from './elsewhere/read.ts';
import { OPEN } from './guard.ts';
import { readLabels } from './labels.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { PredictionLog } from './log/log.ts';
import type { ModelCache } from './model-cache.ts';
import { type InferRequest, readInfer } from './protocol.ts';
import type { RecentIds } from './recent.ts';
import { noteOn, unknownNote, writeAnswer } from './reply.ts';
import { say } from './say.ts';
import type { TimeLimits } from './times.ts';
import type { TrafficCounter } from './traffic.ts';

export interface RouteNeeds {
  cache: ModelCache;
  log: PredictionLog;
  clock: Clock;
  maxRows: number;
  times: TimeLimits;
  recent: RecentIds;
  traffic: TrafficCounter;
  /** Versions that answer beside what is live; none in a gateway that runs no challengers. */
  rollouts?: Rollouts | undefined;
}

interface OfModel {
  Params: { model: string };
}

/** By which a chosen caller reaches one of the versions of a rollout. */
const VERSION_HEADER = 'x-wheelhouse-version';

function wishOf(wanted: string | string[] | undefined): Wish {
  if (wanted === undefined || wanted === 'stable' || wanted === 'challenger') return wanted;
  throw new BadInput(`${VERSION_HEADER} is ${say(wanted)}: write stable or challenger.`);
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** The routes of one environment: the protocol only has models, so an environment is another base address. */
export function addRoutes(
  app: FastifyInstance,
  base: string,
  environment: string,
  needs: RouteNeeds,
): void {
  const { cache, log, clock, maxRows, times, recent, traffic, rollouts } = needs;
  const of = (model: string): Endpoint => ({ model, environment });

  /** Throws NotFound if nothing is live, Unreachable if what is live could not be loaded. */
  function slotOf(model: string): LoadedModel {
    const slot = cache.slot(of(model));
    if (slot) return slot;
    const problem = cache.problem(of(model));
    if (problem)
      throw new Unreachable(`${model} v${problem.version} does not answer: ${problem.error}`);
    throw nothingLive(model);
  }

  const nothingLive = (model: string) =>
    new NotFound(
      `nothing is live for ${say(model)} in ${environment}.${didYouMean(model, cache.models(environment))}`,
    );

  const boundsFrom = (earliest: Date | undefined, now: Date) => ({
    earliest,
    latest: now.getTime() + times.aheadMs,
    hours: times.hoursPerRequest,
  });

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
      // The columns of the probabilities.
      ...(live.classes && { parameters: { classes: live.classes } }),
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

  /** By the stable version, unless it is a challenger's turn and that gives a usable answer in time. */
  async function answered(
    slot: LoadedModel,
    request: InferRequest,
    wish: Wish,
  ): Promise<{ by: Answerer; answers: Answers }> {
    const rollout = rollouts?.of(slot.id);
    if (!rollout) return { by: slot, answers: await answersOf(slot, request) };
    const { challenger, counts } = rollout.turn(request, wish);
    const theirs = challenger ? await rollout.challenge(request, counts) : undefined;
    if (theirs) return { by: rollout.by, answers: theirs };
    if (challenger || !counts) return { by: slot, answers: await answersOf(slot, request) };
    const began = performance.now();
    let answers: Answers | undefined;
    try {
      answers = await answersOf(slot, request);
    } finally {
      const usable = answers && slot.served.anyUsable(answers, request.rows) ? answers : undefined;
      rollout.stable(request, usable, performance.now() - began);
    }
    return { by: slot, answers };
  }

  app.post<OfModel>(`${base}/v2/models/:model/infer`, async ({ params, body, headers }, reply) => {
    const began = performance.now();
    const endpoint = of(params.model);
    try {
      const { version, text } = await infer(params.model, body, headers[VERSION_HEADER]);
      traffic.answered(endpoint, version, performance.now() - began);
      reply.header('content-type', JSON_TYPE);
      return reply.send(text);
    } catch (error) {
      if (!(error instanceof WheelhouseError && error.blame === 'user'))
        traffic.failed(endpoint, versionOf(endpoint));
      throw error;
    }
  });

  /** Of what is live, whether it could be loaded or not. */
  const versionOf = (endpoint: Endpoint): number =>
    cache.slot(endpoint)?.live.version ?? cache.problem(endpoint)?.version ?? 0;

  async function infer(name: string, body: unknown, wanted: string | string[] | undefined) {
    // Read once: a switch in between affects the next request.
    const slot = slotOf(name);
    const now = clock.now();
    const request = readInfer(body, slot.accepts, now, boundsFrom(slot.live.earliest, now));
    const { by, answers } = await answered(slot, request, wishOf(wanted));
    const { model, version, classes = [] } = by.live;
    const given = { fields: by.answer.fields, classes, answers, rows: request.rows };
    log.predictions({
      model,
      environment,
      version,
      keys: by.keys,
      columns: request.columns,
      ids: request.ids,
      times: request.times,
      untimed: typeof request.times === 'string',
      ...given,
    });
    return {
      version,
      text: writeAnswer(by, request.id, given, recent.remember(slot.id, request)),
    };
  }

  app.post<OfModel>(`${base}/v2/models/:model/predictions`, async ({ params: { model }, body }) => {
    const known = cache.versions(of(model));
    if (known.length === 0) throw nothingLive(model);
    const now = clock.now();
    const { request, version, ...given } = readElsewhere(body, {
      ...{ model, environment, known, now },
      live: cache.slot(of(model))?.live.version,
      bounds: ({ earliest }) => boundsFrom(earliest, now),
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
    const apart = rows.map((row) =>
      recent.knows(endpointId(of(model)), row.id) ? row : { ...row, unknown: true },
    );
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
