import { randomUUID } from 'node:crypto';
import { BadInput, inWords, NotFound, Unreachable, WheelhouseError } from '../../core/errors.ts';
import { oneLine } from '../../core/one-line.ts';
import type { Outcome } from '../../core/reply.ts';
import { didYouMean } from '../../core/suggest.ts';
import { type Flags, takeFlags } from './args.ts';
import { createClient } from './client.ts';
import { follow, isWaitedFor } from './follow.ts';
import { writeJunit } from './junit.ts';
import { patiently } from './patience.ts';
import { createProgress, type Screen } from './progress.ts';
import { renderCard, typed } from './render.ts';
import { type Env, findBot } from './whereabouts.ts';
import type { Answered } from './wire.ts';

type State = Omit<Answered['reply'], 'subject'>;

/** The program's access to the system, which `bin/` and tests provide. */
export interface System {
  env: Env;
  stdout: Screen;
  stderr: Screen;
  /** The names of all commands that this program knows of. */
  commands(): Promise<readonly string[]>;
  /** Calls `listener` once, on Ctrl-C; returns a function that removes it. */
  onInterrupt(listener: () => void): () => void;
}

const HELP = `npx wheelhouse COMMAND [words] [--wait] [--json] [--as NAME] [--url URL] [--token TOKEN] [--junit FILE]
npx wheelhouse --follow ID

  npx wheelhouse help           lists the commands
  npx wheelhouse help COMMAND   explains one

  --wait    waits until the work is done and people have decided
  --json    prints the answer as one JSON document
  --as      the person to act as, if the token allows several (as in the demo)
  --junit   writes the gates of a request to a file, in the JUnit format
  --follow  waits for an earlier command, by the ID that it printed
  --        all words after it belong to the command

WHEELHOUSE_URL (default http://127.0.0.1:4680) and WHEELHOUSE_TOKEN select the bot.
Exit codes: 0 done, 1 refused or failed, 2 invalid usage, 3 bot not reachable.
`;

const INTERRUPTED = 130;

/** Runs one command line; resolves with the exit code. */
export async function runCli(argv: readonly string[], system: System): Promise<number> {
  try {
    const { flags, words } = takeFlags(argv);
    const [command, ...input] = words;
    if (flags.help) return print(system.stdout, HELP, 0);
    if (command === undefined && flags.follow === undefined) return print(system.stderr, HELP, 2);
    return await converse({ command: command ?? '', input }, flags, system);
  } catch (error) {
    // If the flags could not be parsed, the words still show whether JSON was asked for.
    return fail(await typoOr(error, argv, system), argv.includes('--json'), system);
  }
}

/** Where no bot could be asked, a command that does not exist is the first thing to correct. */
async function typoOr(
  error: unknown,
  argv: readonly string[],
  { commands }: System,
): Promise<unknown> {
  const [command] = error instanceof Unreachable ? takeFlags(argv).words : [];
  if (command === undefined) return error;
  const names = await commands();
  if (names.includes(command.toLowerCase())) return error;
  const meant = didYouMean(command, names);
  return new BadInput(`There is no command "${oneLine(command)}".${meant}`, {
    next: 'docs/commands.md has all of them.',
    cause: error,
  });
}

async function converse(
  asked: { command: string; input: string[] },
  flags: Flags,
  system: System,
): Promise<number> {
  const client = createClient(await findBot(flags, system.env));
  const id = flags.follow ?? randomUUID();
  const progress = createProgress(system.stderr);
  let state: State | undefined;

  if (flags.follow === undefined) {
    const who = flags.as === undefined ? {} : { as: flags.as };
    const lost = () => progress.say('Wheelhouse is not responding; retrying for a minute.');
    const answered = await patiently(() => client.ask({ id, ...asked, ...who }), {
      eager: true,
      lost,
    });
    state = answered.reply;
    if (answered.reply.subject === undefined || !isWaitedFor(state.outcome, flags.wait))
      return await conclude(state, flags, system);
    progress.show(state.card);
  }

  const interrupt = new AbortController();
  const off = system.onInterrupt(() => interrupt.abort());
  try {
    const end = await follow(client, id, {
      wait: flags.wait || flags.follow !== undefined,
      unsure: flags.follow !== undefined,
      progress,
      signal: interrupt.signal,
      seen: (seen) => {
        state = seen;
      },
    });
    progress.clear();
    if (!end) system.stderr.write(`It is still being checked. Follow it with: ${following(id)}\n`);
  } catch (error) {
    progress.clear();
    if (!interrupt.signal.aborted) throw error;
    return leave(id, state, system);
  } finally {
    off();
  }
  if (!state) throw new Error('the waiting ended without a state');
  return conclude(state, flags, system);
}

async function conclude(
  state: State,
  { json, junit }: Flags,
  { env, stdout, stderr }: System,
): Promise<number> {
  const exit = exitOf(state);
  if (junit !== undefined && !(await writeJunit(junit, state.data)))
    stderr.write(`No gates were judged, so ${junit} was not written.\n`);
  if (json) return print(stdout, `${JSON.stringify(dataOf(state) ?? null, null, 2)}\n`, exit);
  const screen = state.fault ? stderr : stdout;
  const width = screen.columns ?? (Number(env['COLUMNS']) || 80);
  const isColourful = screen.isTTY === true && env['TERM'] !== 'dumb' && !env['NO_COLOR'];
  return print(screen, renderCard(state.card, { width, colour: isColourful }), exit);
}

/** A refusal without data gets the text of its card as data. */
function dataOf({ card, outcome, data }: State): unknown {
  const isBare = (data ?? null) === null && (outcome === 'refused' || outcome === 'failed');
  return isBare ? { error: { message: card.title, next: card.text ?? null } } : data;
}

function exitOf({ outcome, fault }: State): number {
  if (fault === 'usage') return 2;
  const codes: Record<Outcome, number> = {
    checking: 0,
    pending: 0,
    done: 0,
    refused: 1,
    failed: 1,
  };
  return codes[outcome];
}

/** Ctrl-C ends the waiting, not the work. */
function leave(id: string, state: State | undefined, { stderr }: System): number {
  const choices =
    state?.card.actions?.map((action) => `  ${action.label}: ${typed(action)}\n`) ?? [];
  const words = `The work continues without this terminal.\n  Follow it: ${following(id)}\n`;
  return print(stderr, words + choices.join(''), INTERRUPTED);
}

const following = (id: string) => `npx wheelhouse --follow ${id}`;

function fail(error: unknown, json: boolean, { stdout, stderr }: System): number {
  const exit = codeOf(error);
  if (!json) return print(stderr, `${inWords(error)}\n`, exit);
  const message = error instanceof Error ? error.message : String(error);
  const next = (error instanceof WheelhouseError ? error.next : undefined) ?? null;
  return print(stdout, `${JSON.stringify({ error: { message, next } }, null, 2)}\n`, exit);
}

function codeOf(error: unknown): number {
  if (error instanceof BadInput || error instanceof NotFound) return 2;
  return error instanceof Unreachable ? 3 : 1;
}

function print(screen: Screen, text: string, exit: number): number {
  screen.write(text);
  return exit;
}
