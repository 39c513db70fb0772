import type { ServerResponse } from 'node:http';
import type { Receiver } from '@slack/bolt';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Clock } from '../../../core/clock.ts';
import { inWords, Refused } from '../../../core/errors.ts';
import type { Log } from '../../../core/log.ts';
import { withoutSecrets } from '../bolt-log.ts';
import type { Gate } from './gate.ts';
import { bodyIn } from './payload.ts';
import { createSignatures } from './signature.ts';

interface HttpOptions {
  host: string;
  port: number;
  signingSecret: string;
  gate: Gate;
  clock: Clock;
  log: Log;
}

interface HttpReceiver extends Receiver {
  /** Throws until it is open. */
  url(): string;
}

const EVENTS_PATH = '/slack/events';
/** Slack sends views of up to 250 kB, and up to twice that with escapes. */
const LONGEST = 1_048_576;

/** Receives Slack's requests on a separate port. */
export function createHttpReceiver(options: HttpOptions): HttpReceiver {
  const { host, port, signingSecret, gate, clock, log } = options;
  const signatures = createSignatures(signingSecret, clock);
  const server: FastifyInstance = Fastify({ bodyLimit: LONGEST, logger: false });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );

  server.post(EVENTS_PATH, async (request, reply) => {
    reply.type('text/plain; charset=utf-8');
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signature = headerOf(request, 'x-slack-signature');
    const timestamp = headerOf(request, 'x-slack-request-timestamp');
    const refused = signatures.check({ timestamp, signature, body: raw });
    if (refused) {
      log.warn({ platform: 'slack', why: refused.why }, 'a request was refused');
      return reply.code(refused.status).send(refused.why);
    }
    const body = bodyIn(raw, headerOf(request, 'content-type'));
    if (!body) return reply.code(400).send('The body is neither JSON nor a Slack form.');
    if (body['type'] === 'url_verification') {
      const { challenge } = body;
      return reply.send(typeof challenge === 'string' ? challenge : '');
    }
    if ('ssl_check' in body) return reply.send('');
    try {
      const retry = Number(headerOf(request, 'x-slack-retry-num')) || undefined;
      const answer = await gate.listen(body, { retryNum: retry, sent: sentBy(reply.raw) });
      if (typeof answer === 'string') return reply.send(answer);
      if (answer === undefined || answer === null) return reply.send('');
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer));
    } catch (error) {
      // Bolt's error handler is not called for errors before a listener runs.
      const why = withoutSecrets(inWords(error));
      log.warn({ platform: 'slack', why }, 'an event of Slack is not acknowledged');
      signatures.forget(signature);
      return reply.code(500).send('This could not be stored. Deliver it again.');
    }
  });

  return {
    init: gate.init,
    async start() {
      await server.listen({ host, port }).catch((error: unknown) => {
        throw inTheWay(error, port);
      });
    },
    async stop() {
      await gate.shut();
      await server.close();
    },
    url() {
      const address = server.addresses()[0];
      if (typeof address !== 'object')
        throw new Error('the address of the Slack adapter is known once it is open');
      return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}${EVENTS_PATH}`;
    },
  };
}

/** Slack hangs up after three seconds. */
function sentBy(answer: ServerResponse): Promise<number | undefined> {
  return new Promise((resolve) => {
    answer.once('finish', () => resolve(performance.now()));
    answer.once('close', () => resolve(undefined));
  });
}

function headerOf(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

function inTheWay(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const cause = { cause: error };
  if (code === 'EADDRINUSE')
    return new Refused(`Port ${port}, for Slack's requests, is taken by another program.`, {
      next: 'Stop it, or choose another with SLACK_PORT.',
      ...cause,
    });
  if (code === 'EACCES')
    return new Refused(`Port ${port}, for Slack's requests, may not be opened by this user.`, {
      next: 'Choose one above 1023 with SLACK_PORT.',
      ...cause,
    });
  return error;
}
