import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type FakeGitHub,
  OWNER,
  openGitHub,
  PERSON,
  REPO,
  TOKEN,
} from '../../fakes/github/server.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../../examples/ci');
const MARKER = '<!-- wheelhouse-ci: flights -->';
const PATH = { PATH: process.env['PATH'] ?? '' };

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wheelhouse-comment-'));
  await mkdir(join(root, 'wheelhouse-ci'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function comment(platform: string, env: Record<string, string>, text: string) {
  await writeFile(join(root, 'wheelhouse-ci', 'comment.md'), `${MARKER}\n\n${text}\n`);
  const program = join(EXAMPLES, platform, 'comment.mjs');
  await promisify(execFile)(process.execPath, [program], { cwd: root, env: { ...PATH, ...env } });
}

describe('examples/ci/github/comment.mjs', () => {
  let github: FakeGitHub;
  beforeAll(async () => {
    github = await openGitHub();
  });
  afterAll(() => github?.close());

  const issue = `/repos/${OWNER}/${REPO}/issues`;
  async function ask(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${github.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'user-agent': 'test' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return answer.json();
  }

  it('comments once, and replaces only its own comment', async () => {
    // We never open an issue, so that call is not in our part of the description.
    await ask('POST', issue, { title: 'A change' });
    github.faults.length = 0;
    const env = {
      ...{ GITHUB_API_URL: github.url, GITHUB_REPOSITORY: `${OWNER}/${REPO}`, GITHUB_TOKEN: TOKEN },
      ...{ PULL_REQUEST: '1', FOLDER: join(root, 'wheelhouse-ci') },
    };
    // Another user's comment that begins alike is not changed.
    await ask('POST', `${issue}/1/comments`, { body: `${MARKER}\n\nnot yours` });
    await comment('github', { ...env, COMMENT_AUTHOR: 'nobody' }, 'first');
    await comment('github', { ...env, COMMENT_AUTHOR: PERSON }, 'second');
    const found = await ask('GET', `${issue}/1/comments`);
    expect(found).toMatchObject([
      { body: `${MARKER}\n\nsecond\n` },
      { body: `${MARKER}\n\nfirst\n` },
    ]);
    expect(github.faults).toEqual([]);
  });

  it('says what was refused', async () => {
    const env = {
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: `${OWNER}/gone`,
      GITHUB_TOKEN: TOKEN,
    };
    const attempt = comment(
      'github',
      { ...env, PULL_REQUEST: '1', FOLDER: join(root, 'wheelhouse-ci') },
      'x',
    );
    await expect(attempt).rejects.toThrow(/GET \/repos\/acme\/gone\/issues\/1\/comments.*: 404/);
  });
});

describe('examples/ci/gitlab/comment.mjs', () => {
  const SELF = 7;
  let notes: { id: number; body: string; author: { id: number } }[] = [];
  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    seen.push(`${request.method} ${request.url}`);
    const { body = '' } = text === '' ? {} : JSON.parse(text);
    const answer = (() => {
      if (request.url === '/api/v4/user') return { id: SELF };
      if (request.method === 'GET') return notes;
      if (request.method === 'POST')
        return notes.push({ id: notes.length + 1, body, author: { id: SELF } });
      const note = notes.find(({ id }) => request.url?.endsWith(`/notes/${id}`));
      return note && Object.assign(note, { body });
    })();
    response
      .writeHead(request.headers['private-token'] === 'secret' ? 200 : 401)
      .end(JSON.stringify(answer));
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    if (address && typeof address === 'object') url = `http://127.0.0.1:${address.port}/api/v4`;
  });
  afterAll(() => server.close());
  beforeEach(() => {
    notes = [{ id: 1, body: `${MARKER}\n\nnot yours`, author: { id: 8 } }];
  });

  it('writes one note, and replaces only its own', async () => {
    const env = {
      ...{ CI_API_V4_URL: url, CI_MERGE_REQUEST_PROJECT_ID: '5', CI_MERGE_REQUEST_IID: '3' },
      WHEELHOUSE_GITLAB_TOKEN: 'secret',
    };
    await comment('gitlab', env, 'first');
    await comment('gitlab', env, 'second');
    expect(notes.map(({ body }) => body)).toEqual([
      `${MARKER}\n\nnot yours`,
      `${MARKER}\n\nsecond\n`,
    ]);
    expect(seen.at(-1)).toBe('PUT /api/v4/projects/5/merge_requests/3/notes/2');
  });
});
