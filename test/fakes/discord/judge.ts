import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { z } from 'zod';

/** Discord's own OpenAPI document, which is kept beside the project. https://github.com/discord/discord-api-spec */
const DOCUMENT = new URL('../../../../shared/reference/discord-openapi.json', import.meta.url);

/** Reports what is wrong with a body; nothing if it conforms to Discord's document. */
export interface Judge {
  /** False if the document is absent: then everything passes. */
  readonly judged: boolean;
  knows(method: string, route: string): boolean;
  request(method: string, route: string, body: unknown): string[];
  /** `body` undefined: no content. */
  answer(method: string, route: string, status: number, body: unknown): string[];
  /** `name` as in the document's components, e.g. `MessageResponse`. */
  component(name: string, value: unknown): string[];
}

const Content = z.record(z.string(), z.object({ schema: z.unknown() }));
const Answer = z.object({ content: Content.optional(), $ref: z.string().optional() });
const Operation = z.object({
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), Answer),
});
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({ responses: z.record(z.string(), Answer) }),
});

/** One for all doubles of a process: compiling a route costs more than most tests. */
let shared: Judge | undefined;

export function theJudge(): Judge {
  shared ??= existsSync(DOCUMENT) ? strict(readFileSync(DOCUMENT, 'utf8')) : lenient();
  return shared;
}

function lenient(): Judge {
  console.warn("Discord's OpenAPI document is not here: its double takes every body as it comes.");
  const nothing = () => [];
  return {
    judged: false,
    knows: () => true,
    request: nothing,
    answer: nothing,
    component: nothing,
  };
}

function strict(text: string): Judge {
  // References start at the document's root; with an ID, an extracted schema still resolves them.
  const document = Document.parse(JSON.parse(text.replaceAll('"#/components/', '"d#/components/')));
  const ajv = new Ajv2020({ strict: false, inlineRefs: false });
  addFormats.default(ajv);
  ajv.addFormat('snowflake', /^\d+$/).addFormat('nonce', true);
  ajv.addSchema({ $id: 'd', components: document.components });

  const compiled = new Map<string, ValidateFunction | undefined>();
  const check = (key: string, find: () => unknown, value: unknown): string[] => {
    if (!compiled.has(key)) {
      const schema = find();
      compiled.set(key, isObject(schema) ? ajv.compile(schema) : undefined);
    }
    const validate = compiled.get(key);
    if (validate === undefined) return [`Discord's document has no schema for ${key}`];
    return validate(value) ? [] : inWords(validate.errors ?? []);
  };
  const operation = (method: string, route: string) => {
    const found = document.paths[route]?.[method.toLowerCase()];
    return found === undefined ? undefined : Operation.parse(found);
  };
  const answerOf = (method: string, route: string, status: number) => {
    const responses = operation(method, route)?.responses;
    const found = responses?.[String(status)] ?? (status >= 400 ? responses?.['4XX'] : undefined);
    if (found?.$ref === undefined) return found;
    return document.components.responses[found.$ref.split('/').at(-1) ?? ''];
  };

  return {
    judged: true,
    knows: (method, route) => operation(method, route) !== undefined,
    request: (method, route, body) => {
      const content = operation(method, route)?.requestBody?.content;
      if (content === undefined) return body === undefined ? [] : ['a body where none belongs'];
      // A multipart body is checked by its payload_json.
      const key = `body of ${method} ${route}`;
      return check(key, () => content['application/json']?.schema, body);
    },
    answer: (method, route, status, body) => {
      const found = answerOf(method, route, status);
      if (found === undefined) return [`${status} is no answer to ${method} ${route}`];
      const content = found.content?.['application/json'];
      if (content === undefined) return body === undefined ? [] : [`${status} carries no content`];
      return check(`${status} of ${method} ${route}`, () => content.schema, body);
    },
    component: (name, value) =>
      check(name, () => ({ $ref: `d#/components/schemas/${name}` }), value),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** In a union, every branch reports errors: the deepest comes from the branch that was meant. */
function inWords(errors: readonly ErrorObject[]): string[] {
  const telling = errors.filter(({ keyword }) => !['const', 'oneOf', 'anyOf'].includes(keyword));
  return (telling.length > 0 ? telling : errors)
    .toSorted((a, b) => b.instancePath.length - a.instancePath.length)
    .slice(0, 3)
    .map(({ instancePath, message, params }) => {
      return `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`;
    });
}
