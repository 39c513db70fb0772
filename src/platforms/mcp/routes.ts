import type { FastifyInstance } from 'fastify';
import type { Agents } from '../../core/agents.ts';
import type { Dispatch } from '../../core/platform.ts';
import { agentIn } from './token.ts';
import type { Tool } from './tools.ts';

interface RoutesOptions {
  agents: Pick<Agents, 'list'>;
  /** The session token, from which those of agents follow. */
  token: string;
  tools: readonly Tool[];
  dispatch: () => Dispatch;
  version: string;
}

/** `POST /mcp`: the Model Context Protocol by streamable HTTP, without sessions. Needs the token of an agent. */
export function mcpRoutes(app: FastifyInstance, options: RoutesOptions): void {
  const { agents, token, ...server } = options;
  const names = () => agents.list().map(({ name }) => name);

  app.post('/mcp', async (request, reply) => {
    const agent = agentIn(request.headers.authorization, { token, agents: names() });
    if (agent === undefined)
      return reply.code(401).send({
        error:
          'The token of an agent is missing or wrong. "npx wheelhouse mcp NAME --print-token" prints it.',
      });
    // Nobody pays for these at the start who has no agents.
    const [{ StreamableHTTPServerTransport }, { createMcpServer }] = await Promise.all([
      import('@modelcontextprotocol/sdk/server/streamableHttp.js'),
      import('./server.ts'),
    ]);
    const own = createMcpServer({ agent, ...server });
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    reply.hijack();
    reply.raw.on('close', () => void own.close());
    await own.connect(transport);
    await transport.handleRequest(request.raw, reply.raw, request.body);
  });
  const only = async () => ({ error: 'Wheelhouse sends nothing on its own here. Use POST.' });
  for (const method of ['GET', 'DELETE'] as const)
    app.route({
      method,
      url: '/mcp',
      handler: async (_request, reply) =>
        reply
          .code(405)
          .header('allow', 'POST')
          .send(await only()),
    });
}
