import type { z } from 'zod';
import { refusals } from '../errors.ts';
import type { Upload } from '../files.ts';
import { type Channel, isThread, type Thread } from '../things.ts';

/** The parts of a request that routes read. */
export interface Asked {
  /** `POST /channels/{channel_id}/messages` */
  where: string;
  /** The values of the route's parameters, by name. */
  at(name: string): string;
  query: URLSearchParams;
  body: unknown;
  uploads: readonly Upload[];
}

export interface Answer {
  status: number;
  /** Absent: no content. */
  body?: unknown;
}

export interface Route {
  method: string;
  /** As in Discord's document. */
  route: string;
  answer(asked: Asked): Answer;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const done: Answer = { status: 204 };

export function route(method: string, path: string, answer: (asked: Asked) => Answer): Route {
  return { method, route: path, answer };
}

/** What the route requires beyond the document. @throws Refusal 50035 */
export function read<T>(shape: z.ZodType<T>, body: unknown): T {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  throw refusals.invalidForm(
    parsed.error.issues.map(({ path, message }) => ({
      path: path.join('.') || 'body',
      code: 'BASE_TYPE_CHOICES',
      message,
    })),
  );
}

export function threadOnly(channel: Channel): Thread {
  if (isThread(channel)) return channel;
  throw refusals.unknownChannel();
}

/** `?limit=`, from 1 to `most`. */
export function limitOf(query: URLSearchParams, usual: number, most: number): number {
  const asked = Number(query.get('limit') ?? usual);
  return Math.min(Math.max(Math.trunc(asked) || usual, 1), most);
}
