import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const EXAMPLES = resolve(import.meta.dirname, '../../../examples/ci');
const read = (path: string) => readFile(join(EXAMPLES, path), 'utf8');
const gitlab: unknown = createRequire(import.meta.url)('../../reference/gitlab/ci.json');

describe('examples/ci/github', () => {
  it('has an action and a workflow that GitHub understands', async () => {
    expect(validateAction(await read('github/action.yml')).errors).toEqual([]);
    expect(validateWorkflow(await read('github/workflow.yml')).errors).toEqual([]);
  });

  it('would not be accepted with a typing error', async () => {
    const action = await read('github/action.yml');
    expect(
      validateAction(action.replace('using: composite', 'usin: composite')).errors,
    ).not.toEqual([]);
    const workflow = await read('github/workflow.yml');
    expect(validateWorkflow(workflow.replace('runs-on:', 'run-on:')).errors).not.toEqual([]);
  });

  it('puts no input into a script, where it would be code', async () => {
    const scripts = stepsOf(await read('github/action.yml')).map(({ run = '' }) => run);
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  });

  it('passes to the action what the action has', async () => {
    const { inputs } = z
      .object({ inputs: z.record(z.string(), z.object({ required: z.boolean().optional() })) })
      .parse(parse(await read('github/action.yml')));
    const steps = z
      .object({
        jobs: z.object({
          check: z.object({
            steps: z.array(
              z.looseObject({
                with: z.record(z.string(), z.unknown()).optional(),
                uses: z.string().optional(),
              }),
            ),
          }),
        }),
      })
      .parse(parse(await read('github/workflow.yml'))).jobs.check.steps;
    const given = Object.keys(steps.find(({ uses }) => uses?.endsWith('/wheelhouse'))?.with ?? {});
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(given));
    const needed = Object.entries(inputs).flatMap(([name, { required }]) =>
      required ? [name] : [],
    );
    expect(given).toEqual(expect.arrayContaining(needed));
  });
});

describe('examples/ci/gitlab', () => {
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  const validate = ajv.compile(z.record(z.string(), z.unknown()).parse(gitlab));
  // Names that begin with a dot are not jobs.
  const faults = (text: string) =>
    validate(parse(text.replace(/^[.]wheelhouse:/m, 'wheelhouse:'))) ? [] : (validate.errors ?? []);

  it('is a template that GitLab understands', async () => {
    const text = await read('gitlab/wheelhouse.gitlab-ci.yml');
    expect(faults(text)).toEqual([]);
    expect(faults(text.replace('when: always', 'when: sometimes'))).not.toEqual([]);
  });
});

const Steps = z.object({
  runs: z.object({ steps: z.array(z.looseObject({ run: z.string().optional() })) }),
});
const stepsOf = (action: string) => Steps.parse(parse(action)).runs.steps;

describe('the scripts', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'wheelhouse-action-'));
    // Replaces `npx wheelhouse`: records its arguments, and writes a comment.
    const program = join(root, 'wheelhouse');
    await writeFile(
      program,
      `#!/usr/bin/env bash
printf '%s\\n' "$@" > "${root}/words"
mkdir -p "$FOLDER"; echo "# comment" > "$FOLDER/comment.md"
exit "\${ENDS:-0}"
`,
    );
    await chmod(program, 0o755);
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  async function run(env: Record<string, string>) {
    const [check] = stepsOf(await read('github/action.yml'));
    await writeFile(join(root, 'output'), '');
    await writeFile(join(root, 'summary'), '');
    await mkdir(join(root, 'work'), { recursive: true });
    const { PATH = '' } = process.env;
    await promisify(execFile)(
      'bash',
      ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', check?.run ?? ''],
      {
        cwd: join(root, 'work'),
        env: {
          ...{ PATH, MODEL: 'flights', WORKSPACE: '.', BASE: '', CHAMPION: '', ENVIRONMENT: '' },
          ...{ ARGUMENTS: '', COMMAND: join(root, 'wheelhouse'), FOLDER: join(root, 'out') },
          GITHUB_OUTPUT: join(root, 'output'),
          GITHUB_STEP_SUMMARY: join(root, 'summary'),
          ...env,
        },
      },
    );
    const [words, output, summary] = await Promise.all(
      ['words', 'output', 'summary'].map((name) => readFile(join(root, name), 'utf8')),
    );
    return { words: words?.trimEnd().split('\n'), output, summary };
  }

  it('start the check with the inputs, and keep its text', async () => {
    const { words, output, summary } = await run({
      ...{ BASE: 'abc', ENVIRONMENT: 'staging', ARGUMENTS: '--days 7 trees=5' },
    });
    const out = ['--workspace', '.', '--out', join(root, 'out')];
    expect(words).toEqual([
      ...['ci', 'flights', ...out, '--base=abc', '--to=staging', '--days', '7', 'trees=5'],
    ]);
    expect(output).toMatch(/^code=0\nfolder=.*\npassed=true\n$/);
    expect(summary).toBe('# comment\n');
  });

  it('run nothing that an input holds', async () => {
    const hostile = '$(touch hacked); `touch hacked`';
    const { words } = await run({ MODEL: hostile, BASE: hostile, ARGUMENTS: '$(touch hacked) ;x' });
    expect(words?.[1]).toBe(hostile);
    expect(words).toContain(`--base=${hostile}`);
    await expect(readFile(join(root, 'work', 'hacked'))).rejects.toThrow('ENOENT');
  });

  it('go on to the comment if a gate fails', async () => {
    const { output } = await run({ ENDS: '1' });
    expect(output).toMatch(/^code=1\n(.*\n)*passed=false\n$/);
  });
});
