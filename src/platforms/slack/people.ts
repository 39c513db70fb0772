import type { webApi } from '@slack/bolt';
import { inWords, Unreachable } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Identity } from '../../core/people.ts';
import { asked, codeOf } from './faults.ts';
import { kept } from './kept.ts';
import { within } from './patience.ts';

/** The people of the workspace. Only `now` throws: a person whose groups are unknown has none. */
export interface Members {
  /**
   * What an event contained: `name` is used if Slack does not return one in time,
   * `team` is the workspace of the account.
   */
  identity(
    user: string,
    said?: { name?: string | undefined; team?: string | undefined },
  ): Promise<Identity>;
  /** Asks Slack now. Undefined for people who have left. Throws if Slack does not answer. */
  now(user: string): Promise<Identity | undefined>;
  /** Whether it is a bot; undefined while unknown. */
  isBot(user: string): Promise<boolean | undefined>;
  /** The members of a user group have changed. */
  groupsChanged(): void;
}

interface Profile {
  name: string | undefined;
  isBot: boolean;
  /** Deactivated. */
  isGone: boolean;
  /** The workspace of the account, and for Enterprise Grid its organization. */
  teams: string[];
  /** Of another company, in a shared channel. */
  isStranger: boolean;
}
type Groups = ReadonlyMap<string, readonly string[]>;

const PROFILE_MS = 3_600_000;
const GROUPS_MS = 60_000;
/** If Slack does not answer, the groups that were known until this age still count. */
const STALE_GROUPS_MS = 600_000;
/** https://docs.slack.dev/reference/methods/users.info#errors */
const GONE: readonly string[] = ['user_not_found', 'user_not_visible'];
/** Someone who has pressed a button waits for this. */
const PATIENCE_MS = 1000;

/**
 * @param ours the IDs of our workspace and, if there is one, our organization
 * @param learned called when the kind of an account, unknown when it was asked for, becomes known
 */
export function createMembers(
  web: webApi.WebClient,
  log: Log,
  ours: () => readonly string[],
  learned: () => void = () => {},
): Members {
  const waiting = new Set<string>();
  // The kind and workspace of an account do not change: an old answer is better than none.
  const before = kept<Profile>(5000);
  const profiles = kept<{ at: number; profile: Promise<Profile> }>(5000);
  let groups: { at: number; groups: Groups } | undefined;
  let asking: Promise<Groups> | undefined;
  let told = false;

  async function askProfile(user: string): Promise<Profile> {
    const answer = await asked('looking up a person', web.users.info({ user }));
    return {
      name: nameOf(answer.user),
      isBot: answer.user?.is_bot === true || user === 'USLACKBOT',
      isGone: answer.user?.deleted === true,
      teams: [answer.user?.team_id, answer.user?.enterprise_user?.enterprise_id].filter(
        (id) => id !== undefined,
      ),
      isStranger: answer.user?.is_stranger === true,
    };
  }

  function profileOf(user: string): Promise<Profile> {
    const known = profiles.get(user);
    if (known && Date.now() - known.at < PROFILE_MS) return known.profile;
    const profile = askProfile(user);
    profile.then(
      (found) => {
        before.set(user, found);
        if (waiting.delete(user)) learned();
      },
      () => {},
    );
    profile.catch(() => profiles.delete(user));
    profiles.set(user, { at: Date.now(), profile });
    return profile;
  }

  async function inTime(user: string): Promise<Profile | undefined> {
    const profile = await within(PATIENCE_MS, profileOf(user)).catch(() => undefined);
    return profile ?? before.get(user);
  }

  /** Undefined for our own. An event can mark an account as external, but not as ours. */
  function externalOf(profile: Profile | undefined, said: string | undefined): string | undefined {
    const isOurs = (team: string) => ours().includes(team);
    if (said !== undefined && !isOurs(said)) return said;
    if (!profile) return 'unknown';
    if (!profile.isStranger && profile.teams.some(isOurs)) return undefined;
    return profile.teams.find((team) => !isOurs(team)) ?? 'unknown';
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
          log.warn({ err: wordsOf(error) }, 'user groups cannot be read, so they give no roles');
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

  function identityOf(
    user: string,
    profile: Profile | undefined,
    all: Groups,
    said: Parameters<Members['identity']>[1] = {},
  ): Identity {
    const name = profile?.name ?? said.name;
    const mine = [...all].flatMap(([id, users]) => (users.includes(user) ? [id] : []));
    const external = externalOf(profile, said.team);
    return {
      ...{ platform: 'slack', user, groups: mine },
      ...(name && { name }),
      ...(external && { external }),
    };
  }

  // Several voters of one request are looked up at the same time, and the groups need only one call.
  let fresh: Promise<Groups> | undefined;
  function freshGroups(): Promise<Groups> {
    fresh ??= asked('reading the user groups', askGroups().catch(noneWithoutRight)).finally(() => {
      fresh = undefined;
    });
    return fresh;
  }

  return {
    async identity(user, said) {
      const [profile, all] = await Promise.all([inTime(user), currentGroups()]);
      return identityOf(user, profile, all, said);
    },
    async now(user) {
      if (ours().length === 0)
        throw new Unreachable('Looking up a person: the Slack adapter is not open yet.');
      const asking = askProfile(user).catch((error: unknown) => {
        const cause = error instanceof Error ? error.cause : undefined;
        if (GONE.includes(codeOf(cause) ?? '')) return undefined;
        throw error;
      });
      const [profile, all] = await Promise.all([asking, freshGroups()]);
      return profile && !profile.isGone ? identityOf(user, profile, all) : undefined;
    },
    async isBot(user) {
      const profile = await inTime(user);
      if (!profile) waiting.add(user);
      return profile?.isBot;
    },
    groupsChanged() {
      if (groups) groups = { ...groups, at: Math.min(groups.at, Date.now() - GROUPS_MS) };
    },
  };
}

function nameOf(user: webApi.UsersInfoResponse['user']): string | undefined {
  return user?.profile?.display_name || user?.real_name || user?.name;
}

/** Without permission to read the groups, nobody is in any, at a vote and when it is counted. */
function noneWithoutRight(error: unknown): Groups {
  if (codeOf(error) !== 'missing_scope') throw error;
  return new Map();
}

const wordsOf = (error: unknown) => codeOf(error) ?? inWords(error);
