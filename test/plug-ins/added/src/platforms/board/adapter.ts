import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Card } from '../../core/card.ts';
import type { Dispatch, Platform } from '../../core/platform.ts';

const Said = z.object({ id: z.string(), user: z.string(), channel: z.string(), text: z.string() });
const Message = z.object({ at: z.number(), thread: z.string().nullable(), text: z.string() });

/** The messages on a board, oldest first. */
export async function readBoard(dir: string, channel: string) {
  const names = await readdir(join(dir, channel)).catch(() => []);
  const messages = await Promise.all(
    names.map(async (name) => {
      const stored: unknown = JSON.parse(await readFile(join(dir, channel, name), 'utf8'));
      return { name, ...Message.parse(stored) };
    }),
  );
  return messages.toSorted((a, b) => a.at - b.at);
}

export function createBoard(dir: string): Platform & { url(): string } {
  let dispatch: Dispatch | undefined;
  const server = createServer((request, response) => {
    say(request).then(
      (words) => response.end(words),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });

  async function say(request: IncomingMessage): Promise<string> {
    const { id, user, channel, text: line } = Said.parse(JSON.parse(await text(request)));
    const [command = '', ...input] = line.split(' ');
    const from = { platform: 'board', channel };
    const by = { platform: 'board', user };
    const reply = await dispatch?.invoke({ id, command, input, by, from });
    return reply?.audience === 'caller' ? wordsOf(reply.card) : '';
  }

  async function write(channel: string, name: string, card: Card, thread: string | null) {
    const board = await readBoard(dir, channel);
    const before = board.find((message) => message.name === name);
    await mkdir(join(dir, channel), { recursive: true });
    const message = { at: before?.at ?? board.length, thread: before?.thread ?? thread };
    await writeFile(join(dir, channel, name), JSON.stringify({ ...message, text: wordsOf(card) }));
  }

  return {
    name: 'board',
    url: () => `http://127.0.0.1:${portOf(server.address())}`,
    async start(given) {
      dispatch = given;
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    },
    async stop() {
      await new Promise((resolve) => server.close(resolve));
    },
    async post({ channel }, card, { key, thread = null }) {
      const name = createHash('sha256').update(`${channel} ${key}`).digest('hex');
      await write(channel, name, card, thread);
      return name;
    },
    edit: ({ channel }, name, card) => write(channel, name, card, null),
  };
}

const portOf = (address: AddressInfo | string | null) =>
  typeof address === 'object' ? address?.port : undefined;

/** A card as plain text, without control characters. */
function wordsOf({ title, text: body, facts, table, progress, actions, footer }: Card): string {
  const lines = [
    ...[title, body, footer, progress?.words],
    progress && `${Math.round(progress.share * 100)}%`,
    ...(facts ?? []).map(({ label, value }) => `${label}: ${value}`),
    ...[table?.columns ?? [], ...(table?.rows ?? [])].map((row) => row.join(' ')),
    ...(actions ?? []).map(({ label }) => label),
  ];
  return lines
    .filter(Boolean)
    .join('\n')
    .replace(/[^\P{Cc}\n]/gu, '');
}
