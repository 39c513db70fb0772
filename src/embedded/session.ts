import { Binary } from 'bson';
import { z } from 'zod';
import { StoreError, unsupported } from './errors.ts';
import { beginScram, type Exchange, MECHANISM, type Verifier } from './scram.ts';
import { type Doc, isDoc } from './values.ts';

const bytes = z.instanceof(Binary).transform((binary) => Buffer.from(binary.value()).toString());
const opening = z.object({
  mechanism: z.literal(MECHANISM),
  payload: bytes,
  options: z.object({ skipEmptyExchange: z.boolean().default(false) }).prefault({}),
});
const next = z.object({ conversationId: z.literal(1), payload: bytes });

/** What a connection may do before it has authenticated. */
const OPEN = new Set(['hello', 'ismaster', 'isMaster', 'ping', 'saslStart', 'saslContinue']);

/** The client of one connection. */
export class Session {
  readonly #verifier: Verifier;
  #exchange: (Exchange & { skipEmptyExchange: boolean }) | undefined;
  #proven = false;
  #known = false;

  constructor(verifier: Verifier) {
    this.#verifier = verifier;
  }

  get isKnown(): boolean {
    return this.#known;
  }

  /** @throws StoreError 13 if the command requires authentication */
  demand(command: string): void {
    if (this.#known || OPEN.has(command)) return;
    throw new StoreError(13, `command ${command} requires authentication`);
  }

  /** @throws StoreError 18 */
  start(request: Doc): Doc {
    this.#exchange = undefined;
    const parsed = opening.safeParse(request);
    if (!parsed.success) throw unsupported(`authentication but by ${MECHANISM}`);
    const { payload, options } = parsed.data;
    this.#exchange = { ...beginScram(this.#verifier, payload), ...options };
    this.#proven = false;
    return answer(this.#exchange.first, false);
  }

  /** @throws StoreError 18 */
  proceed(request: Doc): Doc {
    const exchange = this.#exchange;
    const parsed = next.safeParse(request);
    this.#exchange = undefined;
    if (!exchange || !parsed.success) throw new StoreError(18, 'Authentication failed.');
    if (this.#proven) return this.#done('');
    const last = exchange.finish(parsed.data.payload);
    if (exchange.skipEmptyExchange) return this.#done(last);
    this.#exchange = exchange;
    this.#proven = true;
    return answer(last, false);
  }

  /** What `hello` adds: the mechanisms, and the answer to a driver that starts authenticating at once. */
  greet({ saslSupportedMechs, speculativeAuthenticate: early }: Doc): Doc {
    const ways = saslSupportedMechs === undefined ? {} : { saslSupportedMechs: [MECHANISM] };
    if (!isDoc(early)) return ways;
    try {
      return { ...ways, speculativeAuthenticate: this.start(early) };
    } catch {
      return ways; // the driver starts again, and then receives the error
    }
  }

  #done(last: string): Doc {
    this.#proven = false;
    this.#known = true;
    return answer(last, true);
  }
}

function answer(payload: string, done: boolean): Doc {
  return { conversationId: 1, done, payload: new Binary(Buffer.from(payload)) };
}
