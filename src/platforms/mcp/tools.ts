import type { Command, Option } from '../../core/command.ts';
import { shapeOf } from '../../core/shape.ts';

/** The name of the input with an agent's reason; no command has such an option. */
const WHY = 'why';
const LONGEST_WHY = 500;

/** A command as the Model Context Protocol lists it. */
export interface Tool {
  name: string;
  title: string;
  description: string;
  inputSchema: {
    type: 'object';
    properties: Record<string, object>;
    required: string[];
    additionalProperties: false;
  };
  annotations: { readOnlyHint: boolean; destructiveHint: false; openWorldHint: false };
}

/** Every command that agents can call, as a tool. */
export function toolsOf(commands: readonly Command[]): Tool[] {
  return commands.filter(({ agentsMay }) => agentsMay !== 'refuse').map(toolOf);
}

function toolOf(command: Command): Tool {
  const { name, summary, examples, options, agentsMay } = command;
  const proposes = agentsMay !== 'answer';
  const required = shapeOf(command).options.flatMap((one) => (one.required ? [one.name] : []));
  const properties = Object.fromEntries(
    Object.entries(options).map(([key, option]) => [key, schemaOf(option)]),
  );
  const effects = {
    answer: 'Changes nothing.',
    propose:
      'Changes nothing: it files a proposal, which a person other than your owner must run. Returns its ID; "proposals" shows what became of it.',
    'answer or propose':
      'What only shows something is answered. Anything else is filed as a proposal, which a person other than your owner must run.',
    refuse: '',
  };
  return {
    name,
    title: `/${name}`,
    description: `${summary}. ${effects[agentsMay]} For example: ${examples[0] ?? `/${name}`}`,
    inputSchema: {
      type: 'object',
      properties: {
        ...properties,
        ...(proposes && {
          [WHY]: {
            type: 'string',
            maxLength: LONGEST_WHY,
            description: 'Why you propose it. People read this.',
          },
        }),
      },
      required,
      additionalProperties: false,
    },
    annotations: { readOnlyHint: !proposes, destructiveHint: false, openWorldHint: false },
  };
}

function schemaOf({ summary, flag, pairs, whole, choices }: Option): object {
  const described = { description: summary };
  if (flag) return { ...described, type: 'boolean' };
  if (pairs)
    return {
      ...described,
      type: 'object',
      additionalProperties: { type: ['string', 'number', 'boolean'] },
    };
  if (whole) return { ...described, type: 'integer', minimum: whole.min, maximum: whole.max };
  return { ...described, type: 'string', ...(choices && { enum: choices }) };
}

/** The arguments of a call as a command's input, and the reason. Throws nothing: the dispatch checks the values. */
export function inputOf(given: Readonly<Record<string, unknown>>): {
  input: Record<string, unknown>;
  why: string | undefined;
} {
  const { [WHY]: why, ...rest } = given;
  const said = typeof why === 'string' ? why.trim().slice(0, LONGEST_WHY) : '';
  return {
    input: Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, inWords(value)])),
    why: said === '' ? undefined : said,
  };
}

/** Numbers as they would be typed. */
function inWords(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      typeof each === 'object' ? each : String(each),
    ]),
  );
}
