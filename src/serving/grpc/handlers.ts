import {
  type handleUnaryCall,
  type Metadata,
  type ServerUnaryCall,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Endpoint } from '../../core/endpoint.ts';
import { inWords, NotFound, WheelhouseError } from '../../core/errors.ts';
import { oneLine } from '../../core/one-line.ts';
import type { Guard } from '../guard.ts';
import { type Inference, VERSION_HEADER } from '../inference.ts';
import type { ModelCache } from '../model-cache.ts';
import { modelMetadata, SERVER } from '../model-metadata.ts';
import { type Admission, Overloaded } from '../overload.ts';
import { say } from '../say.ts';
import { bodyOf, type InferMessage, replyOf } from './messages.ts';

export interface GrpcNeeds {
  inference: Inference;
  admission: Admission;
  cache: ModelCache;
  guard: Guard;
  /** The first one answers a caller who names none. */
  environments: readonly [string, ...string[]];
  onProblem(problem: WheelhouseError): void;
}

interface OfModel {
  name: string;
  version: string;
}

/** A caller names an environment in this key of the metadata: over HTTP it is in the address. */
const ENVIRONMENT_KEY = 'x-wheelhouse-environment';
/** A longer text does not fit into the trailers of every client. */
const MOST_DETAILS = 1000;

/** What a call fails with. */
class CallError extends Error {
  readonly code: status;
  readonly details: string;

  constructor(code: status, details: string) {
    super(details);
    this.code = code;
    this.details = oneLine(details).slice(0, MOST_DETAILS);
  }
}

/** The calls of the protocol, answered by what answers over HTTP. */
export function createHandlers(needs: GrpcNeeds): UntypedServiceImplementation {
  const { inference, admission, cache, guard, environments } = needs;

  function endpointOf(model: string, metadata: Metadata): Endpoint {
    const environment = textIn(metadata, ENVIRONMENT_KEY) ?? environments[0];
    if (environments.includes(environment)) return { model, environment };
    throw new NotFound(
      `${ENVIRONMENT_KEY} is ${say(environment)}: this gateway serves ${environments.join(', ')}.`,
    );
  }

  /** @param isOpen it answers without the token, like a health check over HTTP */
  function call<In, Out>(
    answer: (message: In, metadata: Metadata) => Out | Promise<Out>,
    isOpen = false,
  ): handleUnaryCall<In, Out> {
    const checked = async ({ request, metadata }: ServerUnaryCall<In, Out>, host: string) => {
      const refusal = guard(host, textIn(metadata, 'authorization'), isOpen);
      if (refusal) throw new CallError(CODES[refusal.status], refusal.error);
      return answer(request, metadata);
    };
    return (call, done) => {
      checked(call, call.getHost()).then(
        (reply) => done(null, reply),
        (error: unknown) => done(failureOf(error, call.getPath())),
      );
    };
  }

  function failureOf(error: unknown, path: string): CallError {
    if (error instanceof CallError) return error;
    if (error instanceof Overloaded) return new CallError(status.RESOURCE_EXHAUSTED, error.message);
    if (error instanceof NotFound) return new CallError(status.NOT_FOUND, error.message);
    if (error instanceof WheelhouseError)
      return new CallError(
        error.blame === 'user' ? status.INVALID_ARGUMENT : status.UNAVAILABLE,
        error.message,
      );
    needs.onProblem(
      new WheelhouseError('us', `answering ${path}: ${inWords(error)}`, { cause: error }),
    );
    return new CallError(status.INTERNAL, inWords(error));
  }

  const answering = ({ name, version }: OfModel, metadata: Metadata) =>
    inference.answering(endpointOf(name, metadata), version === '' ? undefined : version);

  return {
    ServerLive: call(() => ({ live: true }), true),
    ServerReady: call(() => ({ ready: cache.ready }), true),
    ServerMetadata: call(() => SERVER),
    ModelReady: call((message: OfModel, metadata) => {
      try {
        answering(message, metadata);
        return { ready: true };
      } catch (error) {
        // Nothing is wrong with the question: the answer is no.
        if (error instanceof WheelhouseError) return { ready: false };
        throw error;
      }
    }),
    ModelMetadata: call((message: OfModel, metadata) =>
      modelMetadata(answering(message, metadata)),
    ),
    ModelInfer: call(async (message: InferMessage, metadata) => {
      if (!admission.accepts()) throw new Overloaded();
      const { model_name: model, model_version: version } = message;
      const inferred = await inference.infer(endpointOf(model, metadata), bodyOf(message), {
        wish: textIn(metadata, VERSION_HEADER),
        version: version === '' ? undefined : version,
      });
      return replyOf(inferred, message.raw_input_contents.length > 0);
    }),
  };
}

const CODES = { 401: status.UNAUTHENTICATED, 403: status.PERMISSION_DENIED } as const;

function textIn(metadata: Metadata, key: string): string | undefined {
  const [value] = metadata.get(key);
  return value === undefined ? undefined : String(value);
}
