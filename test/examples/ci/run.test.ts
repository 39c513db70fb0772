import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { BUILT } from '../../built.ts';
import { writeWorkspace } from '../../jobs/workspace.ts';
import { workspaceText } from '../../jobs/workspace-file.ts';
import { oneOf } from '../../sweep.ts';
import { bash, runJob } from './runner.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../../examples/ci');

const yaml = (quality: string) =>
  workspaceText({
    flights: {
      parameters: { quality: { type: 'string', default: quality } },
      gates: [{ compare: 'champion' }],
    },
  });

/** What `npm ci` installs: a package without others, whose program is the one that was built. */
const PACKAGE = { name: 'wheelhouse', version: '0.0.0', bin: { wheelhouse: 'wheelhouse.mjs' } };
const PROJECT = { name: 'team', version: '0.0.0', dependencies: { wheelhouse: 'file:tool' } };
const LOCK = {
  ...{ name: 'team', version: '0.0.0', lockfileVersion: 3, requires: true },
  packages: {
    '': PROJECT,
    'node_modules/wheelhouse': { resolved: 'tool', link: true },
    tool: PACKAGE,
  },
};

let root: string;
let origin: string;
let url = '';
/** Comments that a platform was asked to write. */
const written: { path: string; body: string }[] = [];
const server = createServer(async (request, response) => {
  let text = '';
  for await (const part of request) text += part;
  const { method, url: path = '' } = request;
  if (method === 'POST') written.push({ path, body: JSON.parse(text).body });
  response.end(path === '/user' ? '{"id":7}' : method === 'GET' ? '[]' : '{"id":1}');
});

const git = (cwd: string, ...words: string[]) =>
  promisify(execFile)(
    'git',
    ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.org', ...words],
    { cwd },
  );

async function commit(files: Record<string, string>, message: string): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(origin, name)), { recursive: true });
    await writeFile(join(origin, name), text);
  }
  await git(origin, 'add', '.');
  await git(origin, 'commit', '--quiet', '-m', message);
  return (await git(origin, 'rev-parse', 'HEAD')).stdout.trim();
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wheelhouse-runner-'));
  origin = join(root, 'origin');
  await writeWorkspace(origin);
  await git(origin, 'init', '--quiet', '--initial-branch=main');
  for (const [from, to] of [
    ['github/action.yml', '.github/actions/wheelhouse/action.yml'],
    ['github/comment.mjs', '.github/actions/wheelhouse/comment.mjs'],
    ['gitlab/comment.mjs', 'ci/comment.mjs'],
  ] as const) {
    await mkdir(dirname(join(origin, to)), { recursive: true });
    await copyFile(join(EXAMPLES, from), join(origin, to));
  }
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address && typeof address === 'object') url = `http://127.0.0.1:${address.port}`;
});
afterAll(async () => {
  server.close();
  await rm(root, { recursive: true, force: true });
});

/** Commits a base of one quality and a change to another, and clones it as a runner does. */
async function cloneOf(name: string, before: string, after: string) {
  const base = await commit(
    {
      ...{ '.gitignore': 'node_modules\nwheelhouse-ci\n', 'wheelhouse.yaml': yaml(before) },
      ...{ 'package.json': JSON.stringify(PROJECT), 'package-lock.json': JSON.stringify(LOCK) },
      'tool/package.json': JSON.stringify(PACKAGE),
      'tool/wheelhouse.mjs': `#!/usr/bin/env node\nimport ${JSON.stringify(BUILT.cli)};\n`,
      'base.txt': name,
    },
    'base',
  );
  await commit({ 'wheelhouse.yaml': yaml(after) }, 'a change');
  const folder = join(root, name);
  const temp = join(root, `${name}-temp`);
  await mkdir(temp);
  const { PATH = '' } = process.env;
  const quiet = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_offline: 'true' };
  const home = {
    HOME: temp,
    npm_config_cache: join(temp, 'npm'),
    npm_config_update_notifier: 'false',
  };
  const env = { PATH, ...quiet, ...home, WHEELHOUSE_HOME: join(temp, 'home') };
  return { base, folder, temp, env, clone: () => git(root, 'clone', '--quiet', origin, folder) };
}

/** Each installs and trains twice. */
const PLAYED = oneOf('template of CI', ['GitHub', 'GitLab'] as const);

describe('the templates of examples/ci, step by step in a clone', () => {
  it.runIf(PLAYED.includes('GitHub'))(
    'on GitHub check a change that is better, and comment',
    async () => {
      const { base, folder, temp, env, clone } = await cloneOf('github', 'weak', 'strong');
      const used: string[] = [];
      const succeeded = await runJob(
        await readFile(join(EXAMPLES, 'github/workflow.yml'), 'utf8'),
        'check',
        {
          ...{ folder, temp },
          env: { ...env, GITHUB_API_URL: url, GITHUB_REPOSITORY: 'acme/ml' },
          context: {
            matrix: { model: 'flights' },
            runner: { temp },
            github: { token: 'token', event: { pull_request: { number: 7, base: { sha: base } } } },
          },
          async uses(action) {
            used.push(action);
            if (action.startsWith('actions/checkout@')) await clone();
          },
        },
      );
      expect({ succeeded, used }).toEqual({
        succeeded: true,
        used: ['actions/checkout@v4', 'actions/setup-node@v4', 'actions/upload-artifact@v4'],
      });
      expect(written.at(-1)).toEqual({
        path: '/repos/acme/ml/issues/7/comments',
        body: expect.stringMatching(
          /^<!-- wheelhouse-ci: flights -->\n\n### ✅ flights passed the gates for production/,
        ),
      });
      expect(await readFile(join(temp, 'summary'), 'utf8')).toBe(written.at(-1)?.body);
      const result = await readFile(join(temp, 'wheelhouse-ci/flights/result.json'), 'utf8');
      expect(JSON.parse(result)).toMatchObject({
        ok: true,
        champion: { name: expect.any(String) },
      });
    },
  );

  it.runIf(PLAYED.includes('GitLab'))(
    'on GitLab fail for a change that is worse, and comment all the same',
    async () => {
      const { base, folder, env, clone } = await cloneOf('gitlab', 'strong', 'weak');
      await clone();
      const Template = z.object({
        '.wheelhouse': z.object({
          variables: z.record(z.string(), z.string()),
          script: z.array(z.string()),
          artifacts: z.object({ reports: z.object({ junit: z.string() }) }),
        }),
      });
      const text = await readFile(join(EXAMPLES, 'gitlab/wheelhouse.gitlab-ci.yml'), 'utf8');
      const { variables, script, artifacts } = Template.parse(parse(text))['.wheelhouse'];
      // GitLab runs all lines in one shell.
      const code = await bash(script.join('\n'), folder, {
        ...{ ...env, ...variables, WHEELHOUSE_MODEL: 'flights', WHEELHOUSE_GITLAB_TOKEN: 'secret' },
        ...{
          CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
          CI_JOB_URL: 'https://gitlab.example/acme/-/jobs/1',
        },
        ...{ CI_API_V4_URL: url, CI_MERGE_REQUEST_PROJECT_ID: '5', CI_MERGE_REQUEST_IID: '3' },
      });
      expect(code).toBe(1);
      expect(written.at(-1)).toEqual({
        path: '/projects/5/merge_requests/3/notes',
        body: expect.stringMatching(/### ❌ flights did not pass the gates for production/),
      });
      expect(written.at(-1)?.body).toMatch(
        /\]\(https:\/\/gitlab\.example\/acme\/-\/jobs\/1\/artifacts\/raw\/wheelhouse-ci\/\w+\.svg\)/,
      );
      expect(await readFile(join(folder, artifacts.reports.junit), 'utf8')).toContain('<failure');
    },
  );
});
