import { z } from 'zod';
import { defineTarget } from '../../../core/define-target.ts';
import type { Endpoint } from '../../../core/endpoint.ts';
import { deriveId } from '../../../core/ids.ts';
import type { Argv } from '../../../core/model.ts';
import type { TargetReach } from '../../../core/target-kind.ts';
import { readObserved } from '../observed.ts';

/** A report is a few lines; endless output must not fill the worker's memory. */
const LONGEST = 64 * 1024;

const argv = z
  .array(z.string().min(1))
  .min(1)
  .transform(([program = '', ...rest]): Argv => [program, ...rest]);

/** A program of the workspace that gets the wanted state on standard input, and never a shell. */
export const command = defineTarget({
  name: 'command',
  summary: 'A program that gets the wanted state on standard input',
  settings: z.object({ apply: argv, remove: argv.optional(), observe: argv.optional() }),

  async apply({ name, timeoutMs, settings }, wanted, id, reach) {
    const stdin = `${JSON.stringify({ id, ...wanted })}\n`;
    await run(settings.apply, { name, timeoutMs, endpoint: wanted, stdin }, reach);
  },

  // Without a program of its own, the one that applies gets a state without versions.
  async remove({ name, timeoutMs, settings }, nothing, id, reach) {
    const stdin = `${JSON.stringify({ id, ...nothing })}\n`;
    const program = settings.remove ?? settings.apply;
    await run(program, { name, timeoutMs, endpoint: nothing, stdin }, reach);
  },

  async observe({ name, timeoutMs, settings }, { model, environment }, reach) {
    if (!settings.observe) return undefined;
    const stdin = `${JSON.stringify({ model, environment })}\n`;
    const endpoint = { model, environment };
    const printed = await run(settings.observe, { name, timeoutMs, endpoint, stdin }, reach);
    return readObserved(printed, `Observing ${model} in ${environment} at the target ${name}`);
  },
});

interface Order {
  name: string;
  timeoutMs: number;
  endpoint: Endpoint;
  stdin: string;
}

/** As the other programs of a workspace: stopped with the worker, and without its secrets. Gives what it printed. */
async function run(
  program: Argv,
  { name, timeoutMs, endpoint, stdin }: Order,
  { model, programs, runFolders, signal }: TargetReach,
): Promise<string> {
  const id = deriveId('target', endpoint.model, endpoint.environment, name);
  const runDir = await runFolders.create(id, 'target');
  let printed = '';
  try {
    await programs.run({
      argv: program,
      folder: model.folder,
      runDir,
      request: {
        ...{ run: id, model: model.name, window: model.training.window, parameters: {} },
        ...{ features: model.features, label: model.label, task: model.task.name },
        ...{ classes: model.classes, null_category: model.nullCategory },
      },
      ...{ stdin, timeoutMs, signal },
      onProgress: () => undefined,
      onOutput(line) {
        if (printed.length < LONGEST) printed += `${line}\n`;
      },
    });
    return printed;
  } finally {
    await runFolders.clear(runDir);
  }
}
