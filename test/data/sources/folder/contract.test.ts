import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataSourceContract } from '../../../contracts/data-source.ts';

dataSourceContract('folder', {
  async offer(folder, files) {
    await mkdir(join(folder, 'new'), { recursive: true });
    for (const [name, text] of Object.entries(files))
      await writeFile(join(folder, 'new', name), text);
    return { path: 'new' };
  },
  broken: { path: 'nowhere' },
});
