import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Unusable } from '../../../examples/flights/program.ts';
import { readSettings } from '../../../examples/flights/replay/settings.ts';
import { ended, folder, start } from './workspace.ts';

const Infer = z.object({
  id: z.string(),
  parameters: z.object({ ids: z.array(z.string()), times: z.array(z.iso.datetime()) }),
  inputs: z.array(
    z.object({
      name: z.string(),
      shape: z.tuple([z.number(), z.literal(1)]),
      datatype: z.enum(['FP32', 'BYTES']),
      data: z.array(z.union([z.number(), z.string()])),
    }),
  ),
});
const labelsOf = <L extends z.ZodType>(label: L) =>
  z.object({ labels: z.array(z.object({ id: z.string(), label })) });
const Labels = labelsOf(z.literal([0, 1]));
/** The other models, which get fewer requests: the possible values of their column `label`. */
const OTHERS = {
  delay: labelsOf(z.number().min(-60).max(180)),
  lateness: labelsOf(z.literal(['early', 'on time', 'late'])),
};

const DAY = 86_400_000;

/** A server that accepts or refuses on demand, and keeps what it accepted, in order. */
class Gateway {
  live = true;
  /** Answers in place of 200, one a request, then 200 again. */
  readonly refusals: number[] = [];
  readonly asked: { id: string; time: number }[] = [];
  readonly batches: z.infer<typeof Infer>[] = [];
  /** With the time of the last flight requested when the label came. */
  readonly labelled: { id: string; label: number; after: number }[] = [];
  /** IDs of the requests to the models besides flights, and their labels. */
  readonly others = {
    delay: { asked: new Set<string>(), labels: new Map<string, number | string>() },
    lateness: { asked: new Set<string>(), labels: new Map<string, number | string>() },
  };
  polls = 0;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, model, path = ''] = /^\/v2\/models\/([a-z]+)(.*)$/.exec(request.url ?? '') ?? [];
    if (request.method === 'GET') {
      this.polls += 1;
      response.writeHead(path === '' && this.live ? 200 : 404).end('{}');
      return;
    }
    const body = await json(request);
    const refusal = this.refusals.shift();
    if (refusal !== undefined) {
      response.writeHead(refusal).end('{"error":"not now"}');
      return;
    }
    if (model === 'delay' || model === 'lateness') this.#other(model, path, body);
    else if (path === '/infer') this.#infer(Infer.parse(body));
    else if (path === '/labels') this.#labels(Labels.parse(body));
    response.writeHead(200).end('{}');
  }

  #infer(body: z.infer<typeof Infer>): void {
    this.batches.push(body);
    const { ids, times } = body.parameters;
    ids.forEach((id, at) => {
      this.asked.push({ id, time: Date.parse(times[at] ?? '') });
    });
  }

  #other(model: keyof typeof OTHERS, path: string, body: unknown): void {
    const { asked, labels } = this.others[model];
    if (path === '/infer') for (const id of Infer.parse(body).parameters.ids) asked.add(id);
    else for (const { id, label } of OTHERS[model].parse(body).labels) labels.set(id, label);
  }

  #labels({ labels }: z.infer<typeof Labels>): void {
    const after = this.asked.at(-1)?.time ?? 0;
    this.labelled.push(...labels.map((label) => ({ ...label, after })));
  }
}

/** Four days of 50 flights, as fast as the gateway accepts them. */
const replay = (
  url: string,
  state: string,
  more: Record<string, string> = {},
  models = ['flights'],
) => {
  const env = {
    WHEELHOUSE_INFERENCE_URL: url,
    WHEELHOUSE_STATE_DIR: state,
    WHEELHOUSE_REPLAY_FROM: '2001-02-15',
    WHEELHOUSE_REPLAY_TO: '2001-02-19T00:00:00Z',
    WHEELHOUSE_REPLAY_DAYS_PER_SECOND: '1000',
    WHEELHOUSE_REPLAY_ROWS_PER_DAY: '50',
    ...more,
  };
  return start('traffic', env, models);
};

const ids = (rows: { id: string }[]) => rows.map(({ id }) => id);
/** Long, since it only bounds how long a failure takes. */
const soon = { timeout: 100_000, interval: 20 };

// Separate processes: on a busy machine each takes seconds to start.
describe('examples/flights/traffic', () => {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) each.close();
  });

  async function gateway() {
    const server = new Gateway();
    open.push(server);
    return { server, url: await server.listen() };
  }

  it('waits for a live version, then sends requests in order of time and each label once, a day later, whatever is refused at first', async () => {
    const { server, url } = await gateway();
    server.live = false;
    server.refusals.push(503, 500, 400);
    const replayed = ended(replay(`${url}/`, await folder()));
    await vi.waitUntil(() => server.polls >= 2, soon);
    expect(server.asked).toEqual([]);
    server.live = true;
    const { code, stdout, stderr } = await replayed;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/waiting/g)).toHaveLength(1);
    expect(server.refusals).toEqual([]);
    expect(stdout).toContain('sending to flights/infer: 503 {"error":"not now"}; trying again');
    expect(stdout).toContain('accepted at attempt 4');

    expect(server.asked).toHaveLength(200);
    expect(new Set(ids(server.asked)).size).toBe(200);
    const times = server.asked.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Date(times[0] ?? 0).toISOString()).toMatch(/^2001-02-15/);
    expect(new Date(times.at(-1) ?? 0).toISOString()).toMatch(/^2001-02-18/);

    expect(ids(server.labelled)).toEqual(ids(server.asked));
    expect(new Set(server.labelled.map(({ label }) => label))).toEqual(new Set([0, 1]));
    const end = times.at(-1) ?? 0;
    const lags = server.labelled.flatMap(({ after }, at) =>
      after < end ? [after - (times[at] ?? 0)] : [],
    );
    // The next batch sent is the one whose last flight is a day past the label's.
    expect(lags.length).toBeGreaterThan(80);
    expect(Math.min(...lags)).toBeGreaterThan(DAY / 4);
    expect(Math.max(...lags)).toBeLessThan(2 * DAY);
  });

  it('sends what the protocol and the models expect, to each other model a part of the flights', async () => {
    const { server, url } = await gateway();
    const day = { WHEELHOUSE_REPLAY_TO: '2001-02-16' };
    const state = await folder();
    const { code, stdout } = await ended(replay(url, state, day, ['flights', 'delay', 'lateness']));
    expect(code).toBe(0);
    const [batch] = server.batches;
    expect(batch?.inputs.map(({ name, datatype }) => `${name} ${datatype}`)).toEqual([
      'hour FP32',
      'weekday FP32',
      'distance FP32',
      'recent_lateness FP32',
      'origin BYTES',
      'destination BYTES',
    ]);
    for (const { shape, data } of batch?.inputs ?? []) {
      expect(shape).toEqual([20, 1]);
      expect(data).toHaveLength(20);
    }
    expect(server.batches.map(({ parameters }) => parameters.ids.length)).toEqual([20, 20, 10]);
    const flights = new Map(server.labelled.map(({ id, label }) => [id, label]));
    const { delay, lateness } = server.others;
    for (const { asked, labels } of [delay, lateness]) {
      expect(asked.size).toBe(13);
      expect([...labels.keys()]).toEqual([...asked]);
      for (const id of asked) expect(flights.has(id)).toBe(true);
    }
    for (const [id, label] of delay.labels) {
      const minutes = Number(label);
      expect(flights.get(id)).toBe(minutes > 15 ? 1 : 0);
      expect(lateness.labels.get(id)).toBe(
        minutes < 0 ? 'early' : minutes > 15 ? 'late' : 'on time',
      );
    }
    expect(new Set(lateness.labels.values()).size).toBeGreaterThan(1);
    expect(
      stdout.match(/^replayed the flights up to .* to (flights|delay|lateness)$/gm),
    ).toHaveLength(3);
    for (const model of ['flights', 'delay', 'lateness'])
      await access(`${state}/${model}-replay.json`);
  });

  it('stops on SIGTERM with code 0 and continues where it stopped', async () => {
    const { server, url } = await gateway();
    const state = await folder();
    // Six seconds from the first label to the end: it is stopped in between on a busy machine too.
    const first = replay(url, state, { WHEELHOUSE_REPLAY_DAYS_PER_SECOND: '0.5' });
    const end = ended(first);
    await vi.waitUntil(() => server.labelled.length > 0, soon);
    first.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 0, stderr: '' });
    const before = server.asked.length;
    expect(before).toBeLessThan(200);

    expect(await ended(replay(url, state))).toMatchObject({ code: 0 });
    // The batch in flight at the signal may have been accepted unnoticed: it is sent again.
    const extra = server.asked.length - 200;
    expect([0, 20]).toContain(extra);
    expect(new Set(ids(server.asked)).size).toBe(200);
    expect(server.asked[before]?.time).toBeGreaterThan(server.asked[before - 21]?.time ?? 0);
    expect([...new Set(ids(server.labelled))]).toEqual([...new Set(ids(server.asked))]);

    const sent = server.asked.length;
    expect(await ended(replay(url, state))).toMatchObject({ code: 0 });
    expect(server.asked).toHaveLength(sent);
  });

  it('does not start over if it cannot read its position', async () => {
    const { server, url } = await gateway();
    const state = await folder();
    await mkdir(state, { recursive: true });
    await writeFile(`${state}/flights-replay.json`, '{"asked": {"ti');
    const { code, stderr } = await ended(replay(url, state));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^reading the replay's position [^\n]*; delete it to start afresh\n$/);
    expect(server.polls).toBe(0);
    expect(await readFile(`${state}/flights-replay.json`, 'utf8')).toBe('{"asked": {"ti');
  });

  it('names each variable that is missing or wrong', () => {
    const env = { WHEELHOUSE_INFERENCE_URL: 'localhost', WHEELHOUSE_STATE_DIR: '' };
    expect(() => readSettings(env)).toThrow(Unusable);
    expect(() => readSettings(env)).toThrow(/WHEELHOUSE_INFERENCE_URL: .*WHEELHOUSE_STATE_DIR: /);
  });
});
