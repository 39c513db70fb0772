import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createEmulator } from 'emulate';
import { answerFaults, completed, exampleAnswer, operationOf, requestFaults } from './openapi.ts';

export const OWNER = 'acme';
export const REPO = 'ml';
export const APP = 4711;
export const INSTALLATION = 99;
/** A personal token, as a CI job has one. */
export const TOKEN = 'ghp_of-a-job';
export const PERSON = 'octocat';

interface Call {
  method: string;
  path: string;
  body: unknown;
  authorization: string;
  status: number;
}

/** Operations that the emulator lacks: true if it was answered here. */
type Own = (call: {
  method: string;
  path: string;
  body: unknown;
}) => { status: number; body?: unknown; headers?: Record<string, string> } | undefined;

export interface FakeGitHub {
  url: string;
  /** The emulator itself, for what only tests read. */
  emulator: string;
  privateKey: string;
  calls: Call[];
  /** Requests and answers that GitHub's description does not allow. */
  faults: string[];
  /** Answers for operations that the emulator lacks, or for all while it is set to fail. */
  answer: { own: Own | undefined };
  /** The SHA of the newest commit. */
  sha: string;
  close(): Promise<void>;
}

/**
 * GitHub: the emulator behind a proxy that checks each request and answer against GitHub's OpenAPI description. The
 * proxy answers operations that the emulator lacks (deployments and their protection rules).
 */
export async function openGitHub(): Promise<FakeGitHub> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const upstream = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { [TOKEN]: { login: PERSON, scopes: ['repo'] } },
      github: {
        users: [{ login: PERSON, name: 'Octo Cat' }, { login: 'stranger' }],
        orgs: [{ login: OWNER }],
        repos: [{ owner: OWNER, name: REPO, auto_init: true }],
        apps: [
          {
            ...{ app_id: APP, slug: 'wheelhouse', name: 'Wheelhouse', private_key: privateKey },
            permissions: {
              actions: 'read',
              checks: 'write',
              deployments: 'write',
              issues: 'write',
            },
            installations: [{ installation_id: INSTALLATION, account: OWNER }],
          },
        ],
      },
    },
  });
  const calls: Call[] = [];
  const faults: string[] = [];
  const answer: FakeGitHub['answer'] = { own: undefined };
  const door = createServer((request, response) => {
    void pass(request, response).catch((error: unknown) => {
      faults.push(String(error));
      response.writeHead(500).end();
    });
  });

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const { method = 'GET', url = '/', headers } = request;
    const { pathname } = new URL(url, 'http://localhost');
    const found = operationOf(method, pathname);
    if (!found) faults.push(`GitHub has no ${method} ${pathname}`);
    else faults.push(...requestFaults(found, body).map((one) => `${method} ${pathname}: ${one}`));
    if (!headers['user-agent'])
      faults.push(`${method} ${pathname}: GitHub refuses calls without User-Agent`);
    const own = answer.own?.({ method, path: pathname, body });
    const { status, said } = own
      ? { status: own.status, said: own.body }
      : await ask(method, url, text, headers);
    const isGood = found !== undefined && status < 300;
    const full =
      isGood && said !== undefined ? completed(exampleAnswer(found, status), said) : said;
    if (isGood)
      faults.push(
        ...answerFaults(found, status, full).map(
          (one) => `answer to ${method} ${pathname}: ${one}`,
        ),
      );
    const authorization = headers.authorization ?? '';
    calls.push({ method, path: pathname, body, authorization, status });
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      ...own?.headers,
    });
    response.end(full === undefined ? '' : JSON.stringify(full));
  }

  async function ask(
    method: string,
    url: string,
    body: string,
    headers: IncomingMessage['headers'],
  ) {
    const { authorization = '' } = headers;
    const answered = await fetch(`${upstream.url}${url}`, {
      method,
      headers: { authorization, 'content-type': 'application/json', 'user-agent': 'door' },
      ...(body !== '' && { body }),
    });
    const text = await answered.text();
    const said: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: answered.status, said };
  }

  await new Promise<void>((done) => door.listen(0, '127.0.0.1', done));
  const address = door.address();
  if (address === null || typeof address === 'string') throw new Error('the door has no port');
  const branch = await fetch(`${upstream.url}/repos/${OWNER}/${REPO}/commits/main`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  const commit: unknown = await branch.json();
  const sha =
    typeof commit === 'object' && commit !== null && 'sha' in commit ? String(commit.sha) : '';
  return {
    url: `http://127.0.0.1:${address.port}`,
    emulator: upstream.url,
    ...{ privateKey, calls, faults, answer, sha },
    async close() {
      door.closeAllConnections();
      await new Promise((done) => door.close(done));
      await upstream.close();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}
