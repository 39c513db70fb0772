import { schedule } from 'node-cron';
import { applyTarget } from '../../jobs/declared/index.ts';
import type { Log } from '../core/log.ts';
import { targetsIn } from '../core/model.ts';
import type { KnownTarget, KnownTargets } from '../core/ports/known-targets.ts';
import type { Needs } from '../core/world.ts';
import { targetKindOf } from '../release/targets/index.ts';

type Parts = Needs<'models' | 'environments' | 'jobs' | 'bus'> & {
  knownTargets: Pick<KnownTargets, 'list'>;
};
type TargetOf = ReturnType<typeof applyTarget.payload.parse>;

const calledOff = ({ model, environment, spec }: KnownTarget) => ({
  of: { model, environment, target: spec.name },
  retired: true as const,
});

/**
 * Calls for each target after every switch, as soon as the bus tells of it, and every minute: for messages that were
 * lost, for attempts that failed, and to compare it with what it reports. Targets that have left the configuration are
 * told to remove what they have, and so are former addresses of those that have moved.
 */
export function watchTargets(
  { models, environments, jobs, bus, knownTargets }: Parts,
  log: Pick<Log, 'warn'>,
) {
  const all = models.list().flatMap((spec) =>
    environments.list().flatMap((environment) =>
      targetsIn(spec, environment).map((target) => ({
        of: { model: spec.name, environment, target: target.name },
        ...{ follows: targetKindOf(target.kind).follows },
      })),
    ),
  );
  const call = async (some: readonly { of: TargetOf; retired?: true }[]) => {
    for (const { of, retired } of some)
      await jobs
        .enqueue(applyTarget, { ...of, ...(retired && { retired }) })
        .catch((err: unknown) => log.warn({ err, ...of }, 'calling for a target'));
  };

  /** Only what was there at the first look: what a process with a newer configuration adds later is not ours to remove. */
  let leaving: { of: TargetOf; retired: true }[] | undefined;
  async function retire(): Promise<void> {
    const found = await knownTargets.list();
    const known = found.map(calledOff);
    const isIn = (list: readonly { of: TargetOf }[]) => {
      const keys = new Set(list.map(({ of }) => JSON.stringify(of)));
      return ({ of }: { of: TargetOf }) => keys.has(JSON.stringify(of));
    };
    const isConfigured = isIn(all);
    leaving ??= found
      .filter(({ moved }) => !moved)
      .map(calledOff)
      .filter((one) => !isConfigured(one));
    // Until it was removed there.
    leaving = leaving.filter(isIn(known));
    await call([...leaving, ...found.filter(({ moved }) => moved).map(calledOff)]);
  }
  const look = async () => {
    await call(all);
    await retire().catch((err: unknown) => log.warn({ err }, 'looking for former targets'));
  };

  const unsubscribe = bus.subscribe(
    'deployments',
    // One that follows by itself heard it too, and is compared when that had its time.
    (model) => void call(all.filter(({ of, follows }) => of.model === model && !follows)),
  );
  const task = schedule('* * * * *', look, { noOverlap: true });
  return {
    look,
    async destroy() {
      unsubscribe();
      await task.destroy();
    },
  };
}
