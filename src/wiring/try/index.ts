import { readSettings } from '../../../config/settings.ts';
import { loadWorkspace } from '../../../config/workspace.ts';
import { BadInput, inWords, NotFound, WheelhouseError } from '../../core/errors.ts';
import { parseWords } from '../../core/parse-words.ts';
import { readPairs, readParameters } from '../../training/parameters.ts';
import { ProgramFailed } from '../../training/program-failed.ts';
import { rehearse } from './rehearse.ts';
import { inText } from './words.ts';

const USAGE = 'npx wheelhouse try MODEL [NAME=VALUE …] [--workspace FOLDER] [--days N] [--json]';
const DAYS = 7;
const INTERRUPTED = 130;

interface Out {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/**
 * Checks the programs of a model without a server. Resolves with the exit code: 0 where a training
 * would succeed, 1 where it would fail, 2 where the words were not understood, 130 after Ctrl-C.
 */
export async function runTry(words: readonly string[], out: Out): Promise<number> {
  const json = words.includes('--json');
  try {
    const asked = read(words);
    const { models, people } = await loadWorkspace(asked.workspace ?? readSettings().workspace);
    const spec = models.get(asked.model);
    const parameters = readParameters(spec, asked.parameters);
    const say = (stage: string) => json || out.stderr.write(`${stage} …\n`);
    const found = await rehearse({ spec, parameters, days: asked.days, signal: out.signal, say });
    out.stdout.write(
      json
        ? `${JSON.stringify({ ok: true, ...found }, null, 2)}\n`
        : inText(found, { workspace: asked.workspace, as: people.atLeast('operator')[0]?.id }),
    );
    return 0;
  } catch (error) {
    if (out.signal.aborted) {
      out.stderr.write('Stopped. Nothing was registered.\n');
      return INTERRUPTED;
    }
    return refuse(error, json, out);
  }
}

function read(words: readonly string[]) {
  const { values, positionals } = parseWords(
    {
      args: [...words],
      allowPositionals: true,
      options: {
        workspace: { type: 'string' },
        days: { type: 'string', default: String(DAYS) },
        json: { type: 'boolean' },
      },
    },
    USAGE,
  );
  const [model, ...pairs] = positionals;
  if (model === undefined) throw new BadInput('Which model?', { next: `Usage: ${USAGE}` });
  return {
    model,
    parameters: readPairs(pairs),
    days: daysOf(values.days),
    workspace: values.workspace?.replace(/(?<=.)\/+$/, ''),
  };
}

function daysOf(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1) return days;
  throw new BadInput(`--days cannot be "${text}".`, { next: 'Write a whole number, e.g. 7.' });
}

function refuse(error: unknown, json: boolean, { stdout, stderr }: Out): number {
  if (!(error instanceof WheelhouseError)) throw error;
  // There is no run whose log could be read: what is shown is all that is kept.
  const next = error instanceof ProgramFailed ? undefined : error.next;
  const message = error.message;
  const isAsked = error instanceof BadInput || error instanceof NotFound;
  if (json)
    stdout.write(
      `${JSON.stringify({ ok: false, error: { message, next: next ?? null } }, null, 2)}\n`,
    );
  else
    stderr.write(
      isAsked
        ? `✖ ${inWords(error)}\n`
        : `✖ ${error instanceof ProgramFailed ? message : inWords(error)}\n\nA training would fail like this. Nothing was registered.\n`,
    );
  return isAsked ? 2 : 1;
}
