import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DataSource } from '../core/data.ts';
import { deriveId } from '../core/ids.ts';
import type { Models } from '../core/model.ts';
import type { DataHooks, HookCalls, IncomingCall, Received } from '../core/ports/hook-calls.ts';
import { headerFault, isSignedBy, isStrongSecret } from '../core/signed-message.ts';
import { isFinished, isReadable } from './names.ts';
import { createRate } from './rate.ts';
import { hookSettings } from './sources/hook/index.ts';

/** Where posted bodies are, in the folder of the source: nobody else writes there. */
const POSTED = 'posted';
/** More bodies that no worker has taken are too many. */
const MOST_WAITING = 100;
const KB = 1024;
const USUAL_KB = 1024;

/** How a body is named as a file. */
const ENDINGS: Readonly<Record<string, string>> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'jsonl',
  'application/jsonl': 'jsonl',
  'application/vnd.apache.parquet': 'parquet',
};

const Announcement = z.strictObject({ path: z.string().min(1).max(500) });

interface Parts {
  models: Pick<Models, 'list'>;
  calls: HookCalls;
  now(): Date;
  /** The value of an environment variable. */
  secret(variable: string): string | undefined;
  /** Lets a worker look at a source; must not throw. */
  lookNow(model: string, source: string, call: string): Promise<void>;
}

/** Takes signed calls for the sources of the kind `hook`. A call that came before changes nothing. */
export function createDataHooks({ models, calls, now, secret, lookNow }: Parts): DataHooks {
  const rate = createRate(now);

  function sourceOf(model: string): DataSource | undefined {
    const spec = models.list().find(({ name }) => name === model);
    return spec?.data?.find(({ kind }) => kind === 'hook');
  }

  return {
    limit(model) {
      const source = sourceOf(model);
      return (source ? hookSettings(source.settings).max_kb : USUAL_KB) * KB;
    },

    async receive(model, call) {
      const old = headerFault(call.headers, now());
      if (old !== undefined) return refused(401, `${old} Nothing was stored.`);
      const source = sourceOf(model);
      const settings = source && hookSettings(source.settings);
      const key = settings && secret(settings.secret_env);
      if (settings && (key === undefined || !isStrongSecret(key)))
        return refused(
          503,
          'This hook has no secret of at least 24 bytes yet, so it takes nothing.',
        );
      // A model without a hook looks like a wrong signature: names are nobody's business.
      if (!source || !settings || key === undefined || !isSignedBy(key, call.headers, call.body))
        return refused(401, 'No hook of this model accepts this signature. Nothing was stored.');
      const wait = rate.wait(`${model}/${source.name}`, settings.per_minute);
      if (wait > 0)
        return {
          ...refused(429, `More than ${settings.per_minute} calls a minute. Nothing was stored.`),
          retryAfterSeconds: wait,
        };
      return store({ model, source: source.name }, call);
    },
  };

  async function store(
    where: { model: string; source: string },
    { headers, contentType, body }: IncomingCall,
  ): Promise<Received> {
    const { 'webhook-id': message = '' } = headers;
    const told = fileOf(message, contentType, body);
    if (told.kind === 'refused') return told;
    const sha256 = createHash('sha256').update(body).digest('hex');
    const { model, source } = where;
    const id = `${deriveId('call', model, source)}-${message}`;
    // A repeat takes no place: it is answered from what is known, however many bodies wait.
    const isFull = async () => (await calls.waiting(model, source)) >= MOST_WAITING;
    if (told.kind === 'posted' && !(await calls.find(id)) && (await isFull()))
      return {
        ...refused(503, 'No worker takes what was posted. Nothing was stored.'),
        retryAfterSeconds: 60,
      };
    const call = { ...{ id, ...where, sha256, bytes: body.length }, ...told, at: now() };
    const { kept, isNew } = await calls.add(call, body);
    if (kept.sha256 !== sha256)
      return refused(409, `The webhook-id ${message} came with other content. Nothing was stored.`);
    // Also for a repeat: the first one may have died before this.
    await lookNow(model, source, message);
    return { kind: isNew ? 'taken' : 'repeated', file: kept.file };
  }
}

function refused(status: number, words: string): Extract<Received, { kind: 'refused' }> {
  return { kind: 'refused', status, words };
}

function fileOf(
  message: string,
  contentType: string | undefined,
  body: Uint8Array,
): { kind: 'posted' | 'announced'; file: string } | Extract<Received, { kind: 'refused' }> {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json') return announced(body);
  const ending = ENDINGS[type];
  if (ending === undefined)
    return refused(
      415,
      `Expected ${Object.keys(ENDINGS).join(', ')}, or application/json with a path. Nothing was stored.`,
    );
  if (body.length === 0) return refused(400, 'The body is empty. Nothing was stored.');
  return { kind: 'posted', file: `${POSTED}/${message}.${ending}` };
}

function announced(body: Uint8Array): ReturnType<typeof fileOf> {
  const read = Announcement.safeParse(parsed(body));
  if (!read.success) return refused(400, 'Expected {"path": "…"}. Nothing was stored.');
  const { path: file } = read.data;
  const parts = file.split('/');
  const isOdd = /[\\\p{Cc}]/u.test(file) || parts.some((part) => ['', '.', '..'].includes(part));
  if (isOdd || parts[0] === POSTED || !isReadable(file) || !isFinished('/', `/${file}`))
    return refused(
      400,
      'The path must name a Parquet, CSV or JSON lines file below the folder of the source. Nothing was stored.',
    );
  return { kind: 'announced', file };
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
