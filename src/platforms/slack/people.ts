import type { webApi } from '@slack/bolt';
import { inWords } from '../../core/errors.ts';
import type { Log } from '../../core/hallway/log.ts';
import type { Identity } from '../../core/people.ts';
import { asked, codeOf } from './faults.ts';
import { kept } from './kept.ts';
import { within } from './patience.ts';

/** Who is who in the workspace. Nothing here throws: somebody whose groups are unknown has none. */
export interface Members {
  /** `name` is what they are called where Slack does not say in time. */
  identity(user: string, name?: string): Promise<Identity>;
  /** Whether it is a program. */
  isBot(user: string): Promise<boolean>;
  /** Somebody came into, or left, a user group. */
  groupsChanged(): void;
}

interface Profile {
  name: string | undefined;
  isBot: boolean;
}
type Groups = ReadonlyMap<string, readonly string[]>;

const PROFILE_MS = 3_600_000;
const GROUPS_MS = 60_000;
/** While Slack does not answer, nobody loses what their groups gave them before this. */
const STALE_GROUPS_MS = 600_000;
/** Whoever has pressed a button waits for this. */
const PATIENCE_MS = 1000;

export function createMembers(web: webApi.WebClient, log: Log): Members {
  const profiles = kept<{ at: number; profile: Promise<Profile> }>(5000);
  let groups: { at: number; groups: Groups } | undefined;
  let asking: Promise<Groups> | undefined;
  let told = false;

  function profileOf(user: string): Promise<Profile> {
    const known = profiles.get(user);
    if (known && Date.now() - known.at < PROFILE_MS) return known.profile;
    const profile = asked('looking somebody up', web.users.info({ user })).then((answer) => ({
      name: nameOf(answer.user),
      isBot: answer.user?.is_bot === true || user === 'USLACKBOT',
    }));
    profile.catch(() => profiles.delete(user));
    profiles.set(user, { at: Date.now(), profile });
    return profile;
  }

  async function askGroups(): Promise<Groups> {
    const answer = await web.usergroups.list({ include_users: true });
    const found = (answer.usergroups ?? []).flatMap(({ id, users }) =>
      id ? [[id, users ?? []] as const] : [],
    );
    groups = { at: Date.now(), groups: new Map(found) };
    return groups.groups;
  }

  async function currentGroups(): Promise<Groups> {
    const age = groups ? Date.now() - groups.at : Number.POSITIVE_INFINITY;
    if (groups && age < GROUPS_MS) return groups.groups;
    asking ??= askGroups()
      .catch((error: unknown) => {
        const lacksRight = codeOf(error) === 'missing_scope';
        if (!told)
          log.warn({ err: wordsOf(error) }, 'user groups cannot be read: nobody is in any');
        told = true;
        if (lacksRight) groups = { at: Date.now(), groups: new Map() };
        const still =
          groups && Date.now() - groups.at < STALE_GROUPS_MS ? groups.groups : undefined;
        return still ?? new Map<string, readonly string[]>();
      })
      .finally(() => {
        asking = undefined;
      });
    const now = await within(PATIENCE_MS, asking);
    return now ?? (age < STALE_GROUPS_MS ? groups?.groups : undefined) ?? new Map();
  }

  return {
    async identity(user, otherwise) {
      const [profile, all] = await Promise.all([
        within(PATIENCE_MS, profileOf(user)).catch(() => undefined),
        currentGroups(),
      ]);
      const name = profile?.name ?? otherwise;
      const mine = [...all].flatMap(([id, users]) => (users.includes(user) ? [id] : []));
      return { platform: 'slack', user, ...(name && { name }), groups: mine };
    },
    async isBot(user) {
      const profile = await within(PATIENCE_MS, profileOf(user)).catch(() => undefined);
      return profile?.isBot ?? false;
    },
    groupsChanged() {
      if (groups) groups = { ...groups, at: Math.min(groups.at, Date.now() - GROUPS_MS) };
    },
  };
}

function nameOf(user: webApi.UsersInfoResponse['user']): string | undefined {
  return user?.profile?.display_name || user?.real_name || user?.name;
}

const wordsOf = (error: unknown) => codeOf(error) ?? inWords(error);
