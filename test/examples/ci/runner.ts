import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** A runner of GitHub's steps as far as our templates go: composite actions, `run` in bash, and simple expressions. */

const Step = z.looseObject({
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
type Step = z.output<typeof Step>;
const Action = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
  runs: z.object({ steps: z.array(Step) }),
});
const Workflow = z.object({ jobs: z.record(z.string(), z.object({ steps: z.array(Step) })) });

type Context = Record<string, unknown>;

export interface Runner {
  /** The clone. */
  folder: string;
  temp: string;
  env: Record<string, string>;
  /** What expressions may name. */
  context: Context;
  /** Does what an action of others does. */
  uses(action: string): Promise<void>;
}

/** Runs bash as GitHub and GitLab do. @returns the exit code */
export function bash(script: string, cwd: string, env: Record<string, string>): Promise<number> {
  const words = ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script];
  return new Promise((done) => {
    const child = execFile('bash', words, { cwd, env, timeout: 110_000 }, (error) => {
      if (error) process.stderr.write(said);
      done(typeof error?.code === 'number' ? error.code : error ? -1 : 0);
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += text));
  });
}

/** Runs the steps of a job in their order. @returns whether all of them succeeded */
export async function runJob(workflow: string, job: string, runner: Runner): Promise<boolean> {
  const { jobs } = Workflow.parse(parse(workflow));
  return runSteps(jobs[job]?.steps ?? [], runner.folder, runner);
}

async function runSteps(steps: readonly Step[], here: string, runner: Runner): Promise<boolean> {
  const outputs: Record<string, { outputs: Record<string, string> }> = {};
  let succeeded = true;
  for (const step of steps) {
    const context = { ...runner.context, steps: outputs };
    if (step.if === undefined ? !succeeded : !evaluated(step.if, context)) continue;
    const given = { ...runner, context };
    if (step.uses?.startsWith('./')) succeeded = (await runAction(step, given)) && succeeded;
    else if (step.uses !== undefined) await runner.uses(step.uses);
    else {
      const file = join(runner.temp, 'output');
      await writeFile(file, '');
      const own = Object.entries(step.env).map(([name, text]) => [name, filled(text, context)]);
      const code = await bash(step.run ?? '', runner.folder, {
        ...runner.env,
        ...Object.fromEntries(own),
        ...{ GITHUB_OUTPUT: file, GITHUB_ACTION_PATH: here },
        GITHUB_STEP_SUMMARY: join(runner.temp, 'summary'),
      });
      succeeded = succeeded && code === 0;
      const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
      if (step.id !== undefined)
        outputs[step.id] = {
          outputs: Object.fromEntries(
            lines.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
          ),
        };
    }
  }
  return succeeded;
}

async function runAction(step: Step, runner: Runner): Promise<boolean> {
  const here = join(runner.folder, step.uses ?? '');
  const { inputs, runs } = Action.parse(parse(await readFile(join(here, 'action.yml'), 'utf8')));
  const given = Object.entries(inputs).map(([name, { default: usual = '' }]) => [
    name,
    filled(String(step.with[name] ?? usual), runner.context),
  ]);
  const context = { ...runner.context, inputs: Object.fromEntries(given) };
  return runSteps(runs.steps, here, { ...runner, context });
}

const filled = (text: string, context: Context): string =>
  text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) =>
    String(evaluated(expression, context) ?? ''),
  );

/** `&&` of paths, comparisons with a text, and `always()`: others are not known here, and so refused. */
function evaluated(expression: string, context: Context): unknown {
  const parts = expression.split('&&').map((part) => partOf(part.trim(), context));
  return parts.every(Boolean) ? parts.at(-1) : parts.find((part) => !part);
}

function partOf(part: string, context: Context): unknown {
  if (part === 'always()') return true;
  const [, path = '', operator, text] = /^([\w.]+)(?: (==|!=) '(.*)')?$/.exec(part) ?? [];
  if (path === '') throw new Error(`this runner does not know ${part}`);
  const value = path.split('.').reduce<unknown>((at, key) => Object(at)[key], context);
  if (operator === undefined) return value;
  return operator === '==' ? value === text : (value ?? '') !== text;
}
