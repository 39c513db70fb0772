import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataSourceContract } from '../../../contracts/data-source.ts';

dataSourceContract('listed', {
  async offer(folder, files) {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await writeFile(join(folder, 'list.txt'), Object.keys(files).join('\n'));
    return { list: 'list.txt' };
  },
  broken: { list: 'nowhere.txt' },
});
