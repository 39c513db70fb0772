/** What is sent: parsed JSON or a parsed form. */
export type Body = Record<string, unknown>;

export function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function bodyOf(value: unknown): Body {
  return isBody(value) ? value : {};
}

export function listOf(value: unknown): Body[] {
  return Array.isArray(value) ? value.filter(isBody) : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** @throws Error naming `what`, if it is no JSON object */
export function parseBody(text: string, what: string): Body {
  const parsed: unknown = text === '' ? {} : JSON.parse(text);
  if (!isBody(parsed)) throw new Error(`${what} is not a JSON object: ${text.slice(0, 200)}`);
  return parsed;
}

/** Every object in `value`, itself included, at any depth. */
export function* within(value: unknown): Generator<Body> {
  if (Array.isArray(value)) for (const item of value) yield* within(item);
  else if (isBody(value)) {
    yield value;
    for (const item of Object.values(value)) yield* within(item);
  }
}
