import { observed } from '../core/activity.ts';
import type { Address } from '../core/address.ts';
import type { CreateAgentCalls } from '../core/agent-calls.ts';
import type { Command } from '../core/command.ts';
import { BadInput, inWords, Refused, WheelhouseError } from '../core/errors.ts';
import { readOnlyAt } from '../core/freeze.ts';
import type { Log } from '../core/log.ts';
import { holds, holdsSomewhere, type Person, roleIn } from '../core/people.ts';
import type { Invocation } from '../core/platform.ts';
import { type AuditDraft, calledBy } from '../core/ports/audit.ts';
import { type Reply, refusal } from '../core/reply.ts';
import { split } from '../core/split.ts';
import { currentTrace } from '../core/trace.ts';
import type { Needs, World } from '../core/world.ts';
import { find } from './find.ts';
import { recently } from './recently.ts';
import { assign } from './words.ts';

/** Maximum length of a call, in characters: more than any platform allows for a meaningful one. */
const LONGEST = 8000;
/** How much of an unknown command the log repeats. */
const LONGEST_NAME = 100;

/**
 * The path of every command: identify and authorize the caller, parse the input, detect repeats, run it, and
 * log the duration. Never throws for errors that a user can fix.
 */
export function createInvoke(
  commands: readonly Command[],
  world: World,
  log: Log,
  createAgentCalls: CreateAgentCalls = noAgents,
) {
  // A failure because a server is unreachable may be retried with the same event.
  const once = recently<Reply>(10_000, (reply) => reply.fault !== 'failed');
  const agents = createAgentCalls(world, {
    find: (name) => find(commands, name),
    allowed: (command, by, input) => allowed(command, by, input, world),
  });

  async function answerTo(invocation: Invocation): Promise<Reply> {
    requireShort(invocation);
    const command = find(commands, invocation.command);
    if (invocation.agent) return agents.answerTo(invocation, command, invocation.agent);
    const by = personOf(invocation, command, world);
    const input = await allowed(command, by, invocation.input, world);
    const reply = await command.call(input, world, {
      id: invocation.id,
      by,
      from: invocation.from,
      account: invocation.by,
      ...(invocation.byReaction && { byReaction: true }),
      ...(invocation.byReply && { byReply: true }),
    });
    const final = reply.instead ? await agents.run(reply.instead, by, invocation) : reply;
    const { subject, card, outcome, data } = final;
    if (subject)
      for (const place of places(invocation.from, final.alsoAt ?? []))
        await world.replies.open(subject, place, { card, outcome, data });
    if (command.role !== 'viewer') await world.audit.append(eventOf(invocation, by, final));
    return final;
  }

  /** The same event again, from a platform that retries or a user who clicks twice, gets the same answer. */
  const invoke = (invocation: Invocation): Promise<Reply> =>
    once(`${invocation.from.platform}:${invocation.id}`, () =>
      observed('command', aboutOf(invocation, commands), () => logged(invocation), {
        done: ({ fault }) => fault ?? 'done',
      }),
    );
  return invoke;

  async function logged(invocation: Invocation): Promise<Reply> {
    const started = performance.now();
    const about = {
      command: invocation.command.slice(0, LONGEST_NAME),
      invocation: invocation.id,
      by: `${invocation.by.platform}:${invocation.by.user}`,
    };
    try {
      const reply = await answerTo(invocation);
      log.info(
        { ...about, outcome: reply.outcome, ms: Math.round(performance.now() - started) },
        'command',
      );
      return reply;
    } catch (error) {
      const ours = !(error instanceof WheelhouseError) || error.blame === 'us';
      if (ours) log.error({ ...about, err: error }, 'command broke');
      else log.info({ ...about, refused: inWords(error) }, 'command refused');
      return refusal(ours ? apology(invocation) : error);
    }
  }
}

/** What is counted of a call: whatever somebody typed, its name is one of a few. */
function aboutOf({ id, command, from: { platform } }: Invocation, commands: readonly Command[]) {
  const known = commands.find(({ name }) => name === command.toLowerCase());
  return { name: known?.name ?? 'unknown', platform, id };
}

const noAgents: CreateAgentCalls = () => {
  const refuse = async (): Promise<never> => {
    throw new Refused('Agents are not available here. Nothing was done.');
  };
  return { answerTo: refuse, run: refuse };
};

/** Who requested what, from which chat. Commands and jobs record the effects, also what becomes of a subject. */
function eventOf({ id, command, input, from }: Invocation, by: Person, reply: Reply): AuditDraft {
  return {
    id: calledBy(from.platform, id),
    by: by.id,
    action: `command.${command}`,
    subject: reply.subject ?? command,
    via: `${from.platform}/${from.channel}`,
    after: {
      said: typeof input === 'string' ? input : JSON.stringify(input),
      outcome: reply.subject ? 'accepted' : reply.outcome,
    },
  };
}

/** The input is repeated in the refusal, the log and the audit log, each time in full. */
function requireShort({ command, input }: Invocation): void {
  const { length } = command + (typeof input === 'string' ? input : JSON.stringify(input));
  if (length <= LONGEST) return;
  const [much, most] = [length, LONGEST].map((n) => n.toLocaleString('en-US'));
  throw new BadInput(`That is ${much} characters long; a command takes at most ${most}.`, {
    next: 'Nothing was done.',
  });
}

/** Each place once, the place of the call first. */
function places(from: Address, more: readonly Address[]): Address[] {
  const others = more.filter(
    (place) => place.platform !== from.platform || place.channel !== from.channel,
  );
  return [from, ...others];
}

function personOf(
  { by, from }: Invocation,
  { strangers, unnamed }: Command,
  { people }: Needs<'people'>,
): Person {
  const isOpen = strangers || (unnamed && by.user === '');
  const person = people.of(by, from) ?? (isOpen && people.stranger(by));
  if (person) return person;
  throw new Refused(`Unknown ${by.platform} user "${by.user}", so nothing was done.`, {
    next: 'Run /link on an account that is known, or ask an admin to add you under "people" in the workspace configuration.',
  });
}

/**
 * A validated call by someone who may make it. A person without the role in any environment is refused before
 * anything is looked up.
 * @throws Refused if the person does not have the command's role in the environment that it concerns
 */
async function allowed(
  command: Command,
  by: Person,
  given: Invocation['input'],
  world: World,
): Promise<Record<string, unknown>> {
  const { role, environmentOf } = command;
  if (!(environmentOf ? holdsSomewhere(by, role) : holds(by, role)))
    throw noRight(command, by, undefined, world);
  await requireWritable(command, world);
  const input = inputOf(command, given);
  const environment = await environmentOf?.(input, world);
  if (!holds(by, role, environment)) throw noRight(command, by, environment, world);
  return input;
}

/** @throws Refused for a command that changes something while everything is read-only */
async function requireWritable(
  { name, role, inReadOnly = role === 'viewer' ? 'runs' : 'refused' }: Command,
  { freezes, clock }: Needs<'freezes' | 'clock'>,
): Promise<void> {
  if (inReadOnly === 'runs') return;
  const found = readOnlyAt(freezes.calendar, await freezes.current(), clock.now());
  if (!found) return;
  throw new Refused(`/${name} was not run: Wheelhouse is read-only (${found.why}).`, {
    next: 'Rolling back, cancelling and taking out of service still work.',
  });
}

function noRight(
  command: Command,
  by: Person,
  environment: string | undefined,
  { people }: World,
): Refused {
  const others = people.atLeast(command.role, environment).map((person) => person.name);
  const where = environment !== undefined && by.roles ? ` in ${environment}` : '';
  return new Refused(
    `/${command.name} requires the ${command.role} role${where}; ${by.name} is ${roleIn(by, environment)}. Nothing was done.`,
    {
      next:
        others.length > 0
          ? `Ask ${others.slice(0, 3).join(' or ')}.`
          : 'No one here has that role.',
    },
  );
}

function inputOf(command: Command, input: Invocation['input']): Record<string, unknown> {
  if (typeof input === 'string') return assign(command, split(input));
  if (isWords(input)) return assign(command, input);
  const unknown = Object.keys(input).find((name) => !(name in command.options));
  if (unknown) throw new BadInput(`/${command.name} has no option "${unknown}".`);
  return { ...input };
}

function isWords(input: readonly string[] | Record<string, unknown>): input is readonly string[] {
  return Array.isArray(input);
}

function apology({ command }: Invocation): WheelhouseError {
  const trace = currentTrace();
  return new WheelhouseError(
    'us',
    `/${command} failed because of an internal error; it may not have been done.`,
    {
      next: `Try again. If it fails again, the bot log has the details${trace ? `, by its trace ${trace.id}` : ''}.`,
    },
  );
}
