import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, Bucket } from './bucket.ts';
import { checkSignature, Refusal } from './signature.ts';

export interface Double {
  endpoint: string;
  bucket: string;
  keys: { accessKeyId: string; secretAccessKey: string };
  /** The stored bytes of a key, for tests that damage them. */
  objects: Bucket['objects'];
  close(): Promise<void>;
}

/**
 * A small in-memory S3 server, as strict about signatures, checksums and conditions as the real ones that pass the same
 * suite (`npm run test:scale`).
 */
export async function startDouble({ page = 3 } = {}): Promise<Double> {
  const keys = { accessKeyId: 'AKIADOUBLE', secretAccessKey: 'the secret of the double' };
  const bucket = new Bucket('models', page);
  const server = createServer(async (request, response) => {
    const answer = await answerTo(request, bucket, keys).catch(
      (error: unknown): Answer | undefined => {
        // The connection broke.
        if (!(error instanceof Refusal)) return undefined;
        const { status, code, message } = error;
        return { status, xml: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` };
      },
    );
    if (!answer) {
      response.destroy();
      return;
    }
    const body = answer.body ?? Buffer.from(answer.xml ?? '');
    response.writeHead(answer.status, {
      'content-length': body.length,
      ...(answer.xml !== undefined && { 'content-type': 'application/xml' }),
      ...answer.headers,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket: bucket.name,
    keys,
    objects: bucket.objects,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

async function answerTo(
  request: IncomingMessage,
  bucket: Bucket,
  keys: Double['keys'],
): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const signed = checkSignature(request, keys, new Date());
  const { length } = body;
  if (Number(request.headers['content-length'] ?? 0) !== length)
    throw new Refusal(400, 'IncompleteBody');
  if (signed !== undefined && signed !== createHash('sha256').update(body).digest('hex'))
    throw new Refusal(400, 'XAmzContentSHA256Mismatch');
  const checksum = request.headers['x-amz-checksum-sha256'];
  if (checksum !== undefined && checksum !== createHash('sha256').update(body).digest('base64'))
    throw new Refusal(400, 'BadDigest');
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://double');
  const [, name = '', ...parts] = decodeURIComponent(pathname).split('/');
  if (name !== bucket.name) throw new Refusal(404, 'NoSuchBucket');
  return bucket.answer({
    ...{ method: request.method ?? '', key: parts.join('/'), query: searchParams, body },
    headers: request.headers,
  });
}
