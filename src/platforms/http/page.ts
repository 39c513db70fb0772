import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { portOf } from './guard.ts';
import { read } from './read.ts';
import type { Pass } from './token.ts';

interface PageOptions {
  /** Folder of the built page. */
  pageDir: string | undefined;
  pass: Pass;
  /** Whether users connect by https. */
  secure: boolean;
}

const Query = z.object({ token: z.string().optional() });

/**
 * The page itself needs no session: it contains only the program. If someone follows a link from another site, the
 * browser sends no strict cookie, but still gets the page, which then gets its session.
 */
export function servePage(app: FastifyInstance, { pageDir, pass, secure }: PageOptions): void {
  const isBuilt = pageDir !== undefined && existsSync(join(pageDir, 'index.html'));
  if (isBuilt)
    app.register(fastifyStatic, {
      root: pageDir,
      index: false,
      cacheControl: false,
      setHeaders(response, path) {
        // Vite's files have their hash in their names.
        const isHashed = path.startsWith(join(pageDir, 'assets'));
        response.setHeader('cache-control', isHashed ? 'max-age=31536000, immutable' : 'no-cache');
      },
    });

  app.get('/', async (request, reply) => {
    const { token } = read(Query, request.query);
    if (token === undefined && isBuilt) return reply.sendFile('index.html');
    reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store');
    if (token === undefined)
      return reply
        .code(503)
        .send('The page is not built yet. Run `npm run build`, then load again.\n');
    if (!pass.isToken(token))
      return reply
        .code(401)
        .send(
          'This token is not the one of this Wheelhouse. Open the address that it printed when it started.\n',
        );
    return reply.header('set-cookie', pass.cookie(portOf(request), secure)).redirect('/', 303);
  });
}
