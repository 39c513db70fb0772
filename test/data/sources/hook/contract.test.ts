import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataSourceContract } from '../../../contracts/data-source.ts';

/** The first file is posted, the others are announced. */
dataSourceContract('hook', {
  async offer(folder, files, hookCalls) {
    await mkdir(join(folder, 'new'), { recursive: true });
    const about = { model: 'flights', source: 'monthly', at: new Date() };
    for (const [at, [name, text]] of Object.entries(files).entries()) {
      const body = Buffer.from(text);
      const kind = at === 0 ? 'posted' : 'announced';
      const file = kind === 'posted' ? `posted/${name}` : name;
      if (kind === 'announced') await writeFile(join(folder, 'new', name), text);
      const call = { ...about, id: `call-${name}`, sha256: 'a'.repeat(64), bytes: body.length };
      await hookCalls.add({ ...call, file, kind }, body);
    }
    return { path: 'new', secret_env: 'FLIGHTS_HOOK_SECRET' };
  },
  broken: { path: 'nowhere', secret_env: 'FLIGHTS_HOOK_SECRET' },
});
