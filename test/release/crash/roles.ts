import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { openBenchHouse } from '../../../bench/container.ts';
import { registerAll, WORKSPACE } from '../../../bench/rollout/versions.ts';
import { createCrew } from '../../../src/supervisor/crew.ts';
import { BUILT } from '../../built.ts';

const HOOK = fileURLToPath(new URL('./die-after.mjs', import.meta.url));

/** All roles as processes, from the build, with a worker that can be told to die and is restarted. */
export async function openRoles() {
  const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-killed-'));
  await writeFile(join(folder, 'wheelhouse.yaml'), stringify(WORKSPACE));
  const site = await openBenchHouse({ roles: [], workspace: folder });
  const notices: string[] = [];
  const crew = createCrew(join(folder, 'logs'), (text) => void notices.push(text));
  const order = join(folder, 'die');
  const close = async () => {
    await crew.dismiss();
    await site.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const hired = await Promise.all(
      ['policy', 'serve', 'worker', 'monitor', 'bot'].map((role) => {
        const program = site.program(role);
        const hook = role === 'worker' ? ['--import', HOOK] : [];
        return crew.hire({
          ...program,
          argv: [process.execPath, ...hook, BUILT.main, 'role', role],
          env: { ...program.env, DIE_AFTER: order },
        });
      }),
    );
    await Promise.all(hired.map(({ ready }) => ready));
    return {
      ...site,
      versions: await registerAll(site.container, []),
      /** How often a worker was killed. */
      deaths: () => notices.filter((text) => /^worker exited with SIGKILL/.test(text)).length,
      /** Kills the worker after this many more database commands. */
      dieAfter: (commands: number) => writeFile(order, String(commands)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
