import { readWhatIsRight, type Settings } from '../../config/settings.ts';
import { type LoadedWorkspace, loadWorkspace } from '../../config/workspace.ts';
import { BadInput, WheelhouseError } from '../core/errors.ts';
import { adapterKinds } from '../platforms/index.ts';
import { servedBy } from './served.ts';
import { speakerOf, tokenOf } from './speaker.ts';

interface Start {
  settings: Settings;
  workspace: LoadedWorkspace;
}

/**
 * Reads all that a start depends on, before anything of it is used.
 * @param roles those that are to run in this process, or `demo`, which brings its own servers and token
 * @throws WheelhouseError with every fault of the environment, the workspace and the platforms' settings at once
 */
export async function readAll(roles: readonly string[] | 'demo'): Promise<Start> {
  const { settings, fault } = readWhatIsRight();
  const faults: WheelhouseError[] = fault ? [fault] : [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof WheelhouseError)) throw error;
      faults.push(error);
      return undefined;
    }
  };
  const [isBot, runsPrograms] = ['bot', 'worker'].map((role) => roles.includes(role));
  const path = runsPrograms || roles === 'demo' ? settings.environment['PATH'] : undefined;
  const loading = loadWorkspace(settings.workspace, { path });
  const workspace = await loading.then(
    (loaded) => loaded,
    (error: unknown) => attempt<undefined>(() => rethrow(error)),
  );
  if (roles !== 'demo') {
    // What is set and cannot be read is said already.
    const isSaid = (name: string) => fault?.message.includes(name) === true;
    attempt(() => demandServers(settings, isSaid));
    if (isBot && !isSaid('WHEELHOUSE_TOKEN')) attempt(() => tokenOf(settings));
    if (isBot && workspace) attempt(() => speakerOf(settings, workspace));
  }
  if (workspace && (roles === 'demo' || roles.includes('serve')))
    attempt(() => servedBy(settings, workspace));
  if (isBot || roles === 'demo')
    for (const kind of adapterKinds) attempt(() => kind.read(settings.environment));
  if (faults.length > 0 || !workspace) throw together(faults);
  return { settings, workspace };
}

function rethrow(error: unknown): never {
  throw error;
}

function demandServers({ redisUrl, mongodbUri }: Settings, isSaid: (name: string) => boolean) {
  const unset = [
    ...(mongodbUri === undefined ? ['MONGODB_URI'] : []),
    ...(redisUrl === undefined ? ['REDIS_URL'] : []),
  ].filter((name) => !isSaid(name));
  if (unset.length === 0) return;
  const verb = unset.length === 1 ? 'is' : 'are';
  throw new WheelhouseError(
    'user',
    `${unset.join(' and ')} ${verb} not set, so nothing was started.`,
    {
      next: 'Set what is missing, or run "npm run demo", which starts its own servers.',
    },
  );
}

/** One alone keeps its words; several are said one after the other, and what to do is said once. */
function together(faults: readonly WheelhouseError[]): WheelhouseError {
  const [first] = faults;
  if (first && faults.length === 1) return first;
  const words = faults.map(({ message, next }) => {
    const todo = next?.replace('Nothing was started. ', '') ?? '';
    return `${message.replace(', so nothing was started', '')}${message.includes('\n') ? '\n' : ' '}${todo}`;
  });
  // Exit code 2: nobody should start it again as it is.
  return new BadInput(
    `Nothing was started. ${faults.length} problems must be fixed first.\n\n${words.join('\n\n')}`,
  );
}
