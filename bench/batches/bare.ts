import { fastify } from 'fastify';

/** The minimal server for batches, in its own process: parses the JSON and counts. Checks and stores nothing. */
const app = fastify({ bodyLimit: 16_000_000 });
app.post<{ Body: { inputs: { data: unknown[] }[] } }>('/predictions', async ({ body }) => ({
  accepted: body.inputs[0]?.data.length,
}));
process.once('disconnect', () => process.exit());
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
