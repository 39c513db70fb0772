import type { FastifyInstance } from 'fastify';
import type { Platform } from '../../core/platform.ts';

/** An adapter as the server that it shares with others sees it. */
export interface Adapter {
  speaker: Pick<Platform, 'name' | 'post' | 'edit' | 'spell'>;
  /** Adds its routes below `/api`, behind the session. */
  routes(api: FastifyInstance): void;
  /** Ends what would keep the server from closing. */
  hangUp(): void;
}
