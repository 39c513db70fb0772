import type { FastifyInstance } from 'fastify';
import type { Platform } from '../../core/platform.ts';

/** An adapter, as seen by the server that it shares with others. */
export interface Adapter {
  speaker: Pick<Platform, 'name' | 'post' | 'edit' | 'spell' | 'channelsEnd'>;
  /** Adds its routes below `/api`, behind the session. */
  routes(api: FastifyInstance): void;
  /** Ends open requests that would prevent the server from closing. */
  hangUp(): void;
}
