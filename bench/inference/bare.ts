import { fastify } from 'fastify';
import { InferenceSession, Tensor } from 'onnxruntime-node';

interface BareRequest {
  Body: { inputs: { name: string; shape: number[]; data: (string | number)[] }[] };
}

/** A minimal server for a model, in its own process: `bare.ts FILE`. Checks and logs nothing. */
const session = await InferenceSession.create(process.argv[2] ?? '', { intraOpNumThreads: 1 });
const app = fastify();
app.post<BareRequest>('/infer', async ({ body }) => {
  const feeds: Record<string, Tensor> = {};
  for (const { name, shape, data } of body.inputs)
    feeds[name] =
      typeof data[0] === 'string'
        ? new Tensor('string', data.map(String), shape)
        : new Tensor('float32', Float32Array.from(data.map(Number)), shape);
  const { score } = await session.run(feeds);
  if (!score || !(score.data instanceof Float32Array)) throw new Error('no score');
  return { outputs: [{ name: 'score', data: [...score.data] }] };
});
process.once('disconnect', () => process.exit());
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
