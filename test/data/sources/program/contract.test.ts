import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataSourceContract } from '../../../contracts/data-source.ts';

dataSourceContract('program', {
  async offer(folder, files) {
    const lines = Object.entries(files).flatMap(([name, text]) => [
      `printf '${text.replaceAll('\n', '\\n')}' > "$WHEELHOUSE_RUN_DIR/${name}"`,
      `echo '{"artifact": "${name}", "path": "${name}"}'`,
    ]);
    await writeFile(join(folder, 'fetch.sh'), `set -eu\n${lines.join('\n')}\n`);
    return { run: ['sh', 'fetch.sh'] };
  },
  broken: { run: ['sh', '-c', 'exit 3'] },
});
