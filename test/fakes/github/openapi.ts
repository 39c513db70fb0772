import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { z } from 'zod';

/* The part of GitHub's OpenAPI description that Wheelhouse uses. Requests and answers are checked against it. */

const Content = z.record(z.string(), z.looseObject({ schema: z.unknown().optional() }));
const Reference = z.object({ $ref: z.string() });
const Answer = z.union([
  Reference,
  z.looseObject({ content: Content.optional() }).transform(({ content }) => ({ content })),
]);
const Operation = z.looseObject({
  parameters: z.array(z.unknown()).default([]),
  requestBody: z.looseObject({ required: z.boolean().default(false), content: Content }).optional(),
  responses: z.record(z.string(), Answer),
});
const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  'x-webhooks': z.record(z.string(), z.looseObject({ post: z.looseObject({}) })),
});

const file = new URL('../../reference/github/openapi.json', import.meta.url);
const raw: unknown = JSON.parse(readFileSync(file, 'utf8'), (_, value) =>
  // OpenAPI 3.0 allows null by one keyword; JSON Schema needs it in the list of values too.
  value?.nullable === true && Array.isArray(value.enum)
    ? { ...value, enum: [...value.enum, null] }
    : value,
);
const document = Document.parse(raw);
// `nullable` and the examples are specific to OpenAPI.
const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'github', ...document });

const compiled = new Map<string, ValidateFunction>();

/** What is wrong with a value, by the schema at a JSON pointer of the document. */
function faultsOf(pointer: string, value: unknown): string[] {
  const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `github#${pointer}` });
  compiled.set(pointer, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath || 'it'} ${message}`,
  );
}

const escaped = (part: string): string =>
  encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

interface Found {
  method: string;
  /** As in the document, e.g. `/repos/{owner}/{repo}/check-runs`. */
  path: string;
}

/** The operation of a call; undefined if the document has none. */
export function operationOf(method: string, pathname: string): Found | undefined {
  const parts = pathname.split('/');
  const path = Object.keys(document.paths).find((one) => {
    const wanted = one.split('/');
    return (
      wanted.length === parts.length &&
      wanted.every((part, at) => (part.startsWith('{') ? parts[at] !== '' : part === parts[at]))
    );
  });
  const name = method.toLowerCase();
  return path !== undefined && Object.hasOwn(document.paths[path] ?? {}, name)
    ? { method: name, path }
    : undefined;
}

/** What is wrong with a request. */
export function requestFaults({ method, path }: Found, body: unknown): string[] {
  const asked = document.paths[path]?.[method]?.requestBody;
  if (!asked) return body === undefined ? [] : [`${method} ${path} takes no body`];
  if (body === undefined) return asked.required ? [`${method} ${path} needs a body`] : [];
  return faultsOf(
    `/paths/${escaped(path)}/${method}/requestBody/content/application~1json/schema`,
    body,
  );
}

/** What is wrong with an answer of this status. */
export function answerFaults({ method, path }: Found, status: number, body: unknown): string[] {
  const answer = document.paths[path]?.[method]?.responses[status];
  if (!answer) return [`${method} ${path} has no answer ${status}`];
  if (!('content' in answer) || !answer.content) return [];
  return faultsOf(
    `/paths/${escaped(path)}/${method}/responses/${status}/content/application~1json/schema`,
    body,
  );
}

/** What is wrong with a webhook payload, e.g. of `deployment-protection-rule-requested`. */
export function webhookFaults(name: string, payload: unknown): string[] {
  if (!Object.hasOwn(document['x-webhooks'], name)) return [`there is no webhook ${name}`];
  return faultsOf(
    `/x-webhooks/${escaped(name)}/post/requestBody/content/application~1json/schema`,
    payload,
  );
}

const Examples = z.looseObject({
  examples: z.record(z.string(), z.union([Reference, z.object({ value: z.unknown() })])),
});
const Components = z.looseObject({
  examples: z.record(z.string(), z.object({ value: z.unknown() })),
});

/** GitHub's own example of an answer; undefined if there is none. */
export function exampleAnswer({ method, path }: Found, status: number): unknown {
  const answer = document.paths[path]?.[method]?.responses[status];
  if (!answer || !('content' in answer)) return undefined;
  const { data } = Examples.safeParse(answer.content?.['application/json']);
  const [first] = Object.values(data?.examples ?? {});
  if (!first || !('$ref' in first)) return first?.value;
  const { examples } = Components.parse(document['components']);
  return examples[first.$ref.split('/').at(-1) ?? '']?.value;
}

/** The emulator's answer, completed from GitHub's example with what only GitHub knows. */
export function completed(example: unknown, given: unknown): unknown {
  if (Array.isArray(given)) {
    const [first] = Array.isArray(example) ? example : [];
    return given.map((one) => completed(first, one));
  }
  if (typeof given !== 'object' || given === null) return given;
  if (typeof example !== 'object' || example === null) return given;
  const known = Object.fromEntries(Object.entries(example));
  const own = Object.entries(given).map(([key, value]) => [key, completed(known[key], value)]);
  return { ...known, ...Object.fromEntries(own) };
}
