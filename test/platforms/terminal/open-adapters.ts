import { createHash } from 'node:crypto';
import { NotFound } from '../../../src/core/errors.ts';
import { type Directory, holds, type Person } from '../../../src/core/people.ts';
import type { ChatLog } from '../../../src/core/ports/chat-log.ts';
import {
  createHttpAdapters,
  type HttpAdaptersOptions,
} from '../../../src/platforms/http/adapters.ts';
import { emptyBoard } from '../../fakes/board.ts';
import { memoryChatLog } from '../../fakes/memory-chat-log.ts';

export const TOKEN = 'a-token-for-the-tests-0001';
export const ADA: Person = { id: 'ada', name: 'Ada', role: 'operator', on: ['terminal'] };
const BOB: Person = { id: 'bob', name: 'Bob', role: 'approver', on: ['terminal'] };
const TEAM = [ADA, BOB];

const people: Directory = {
  of: ({ user }) => TEAM.find(({ id }) => id === user),
  byId: (id) => TEAM.find((person) => person.id === id),
  atLeast: (role) => TEAM.filter((person) => holds(person, role)),
};

export const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex');
export const SECRET = Buffer.from('a model, not a picture');
export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Real adapters on a free port over a chat log in memory. Not started. */
export function makeAdapters(
  chatLog: ChatLog = memoryChatLog(),
  more: Partial<HttpAdaptersOptions> = {},
): ReturnType<typeof createHttpAdapters> {
  return createHttpAdapters({
    port: 0,
    token: TOKEN,
    chatLog,
    people,
    artifacts: {
      async read(hash) {
        const bytes = [PNG, SECRET].find((candidate) => sha256(candidate) === hash);
        if (bytes) return bytes;
        throw new NotFound('There is no such artifact.');
      },
    },
    board: emptyBoard,
    identities: 'any',
    channels: [{ id: 'flights', topic: 'All about delays' }],
    commands: [{ name: 'train', summary: 'Train a model', usage: '/train MODEL' }],
    version: '0.1.0',
    ...more,
  });
}

/** Calls the API with the session token. */
export async function call(
  base: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${base}/api/${path}`, {
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}
