import type { SourceFixture } from '../../../contracts/data-source.ts';
import { newPrefix, overwrite, type Server } from '../../../objects/s3/servers.ts';

/** The source on such a server, for the suite of data sources. */
export function s3Fixture(startServer: () => Promise<Server>): SourceFixture {
  let server: Server | undefined;
  return {
    async offer(_, files) {
      server ??= await startServer();
      const { endpoint, bucket } = server;
      const prefix = newPrefix();
      for (const [name, text] of Object.entries(files))
        await overwrite(server, `${prefix}/${name}`, Buffer.from(text));
      return { endpoint, bucket, prefix };
    },
    broken: { bucket: 'nowhere', endpoint: 'http://127.0.0.1:9', attempts: 1, timeout_seconds: 1 },
    secret: (variable) => secretOf(server, variable),
    close: async () => server?.close(),
  };
}

/** A server's credentials, as in the environment of a worker. */
export function secretOf(server: Pick<Server, 'keys'> | undefined, variable: string) {
  if (variable === 'AWS_ACCESS_KEY_ID') return server?.keys.accessKeyId ?? 'AKIANOBODY';
  return variable === 'AWS_SECRET_ACCESS_KEY'
    ? (server?.keys.secretAccessKey ?? 'none')
    : undefined;
}
