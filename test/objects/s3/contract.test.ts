import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { objectStoreContract } from '../../contracts/object-store.ts';
import { newPrefix, openStore, overwrite, REAL, startServer } from './servers.ts';

objectStoreContract(
  REAL === undefined ? 's3 on the double' : 's3 on a real server',
  async (folder) => {
    const server = await startServer();
    const prefix = newPrefix();
    return {
      open: async () => openStore(server, await mkdtemp(join(folder, 'process-')), { prefix }),
      damage: (sha256) =>
        overwrite(
          server,
          `${prefix}/objects/${sha256.slice(0, 2)}/${sha256}`,
          Buffer.alloc(50_000),
        ),
      close: () => server.close(),
    };
  },
);
