import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { targetContract, WANTED } from '../../../contracts/target.ts';

/** Not through a shell, where `;` would end the command. */
const ODD = 'a; exit 1';

targetContract('command', {
  async open(folder) {
    const at = (name: string) => join(folder, name);
    await writeFile(
      at('apply.sh'),
      'set -eu\necho chatty >&2\n[ "$1" = "a; exit 1" ]\n[ ! -e broken ]\nif [ -e hung ]; then sleep 60; fi\ncat >> got.jsonl\n',
    );
    await writeFile(
      at('observe.sh'),
      'set -eu\n[ ! -e broken ]\nif [ -e hung ]; then sleep 60; fi\ngrep -q \'"model":"flights"\'\ncat report\n',
    );
    const report = (text: string) => writeFile(at('report'), text);
    const got = async () => {
      const text = await readFile(at('got.jsonl'), 'utf8');
      return text
        .trim()
        .split('\n')
        .map((line): { id: string; state: unknown } => {
          const { id, ...state } = JSON.parse(line);
          return { id, state };
        });
    };
    return {
      settings: { apply: ['sh', 'apply.sh', ODD], observe: ['sh', 'observe.sh'] },
      wanted: WANTED,
      tamper: (version) => report(JSON.stringify({ stable: version && { version } })),
      obey: async () => report(JSON.stringify((await got()).at(-1)?.state)),
      breakDown: () => writeFile(at('broken'), ''),
      told: { got, hang: () => writeFile(at('hung'), '') },
      relayed: { got, report },
      close: () => rm(at('got.jsonl')),
    };
  },
  blind: ({ observe: _, ...settings }) => settings,
  environment: {},
});
