import { z } from 'zod';

const Body = z.record(z.string(), z.unknown());

/**
 * The content of a request: events are JSON, interactions are a form that contains JSON, commands are a form.
 * Undefined for anything else.
 */
export function bodyIn(raw: Buffer, type: string): Record<string, unknown> | undefined {
  const text = raw.toString('utf8');
  if (type.startsWith('application/json')) return json(text);
  if (!type.startsWith('application/x-www-form-urlencoded')) return undefined;
  const form = new URLSearchParams(text);
  const payload = form.get('payload');
  return payload === null ? Object.fromEntries(form) : json(payload);
}

function json(text: string): Record<string, unknown> | undefined {
  try {
    return Body.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
