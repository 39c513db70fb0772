import { createAppAuth } from '@octokit/auth-app';
import { request as octokit } from '@octokit/request';
import { z } from 'zod';
import { systemClock } from '../../core/clock.ts';
import { asFault, hasStatus, lacksPermission } from './faults.ts';
import { PERMISSIONS } from './permissions.ts';
import type { Place } from './place.ts';
import type { Settings } from './settings.ts';

const ANSWER_MS = 15_000;

/** What a check run shows. */
export interface CheckRun {
  name: string;
  /** Ours, to find it again. */
  external_id: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion?: 'success' | 'failure' | 'neutral';
  output: { title: string; summary: string };
}

type DeploymentState = 'queued' | 'success' | 'failure';

/** GitHub, as far as it is used. All of it throws Busy, NotFound, Refused or Unreachable. */
export interface GitHub {
  createCheck(place: Place, check: CheckRun): Promise<string>;
  /** The check run with that `external_id`; undefined if there is none. */
  findCheck(
    place: Place,
    check: Pick<CheckRun, 'name' | 'external_id'>,
  ): Promise<string | undefined>;
  updateCheck(place: Place, id: string, check: CheckRun): Promise<void>;
  setStatus(place: Place, status: { state: DeploymentState; description: string }): Promise<void>;
  /** Lets the jobs of the run into the environment, or not. False if GitHub does not wait for that any more. */
  review(
    place: Place,
    verdict: { state: 'approved' | 'rejected'; comment: string },
  ): Promise<boolean>;
  /** The name of the app. Changes nothing. */
  whoAmI(): Promise<{ slug: string; permissions: Record<string, string>; events: string[] }>;
}

const Created = z.object({ id: z.number() });
const Listed = z.object({
  check_runs: z.array(z.object({ id: z.number(), external_id: z.string().nullish() })),
});
const App = z.object({
  slug: z.string(),
  permissions: z.record(z.string(), z.string()),
  events: z.array(z.string()),
});

export function createGitHub({ appId, privateKey, api }: Settings): GitHub {
  const request = octokit.defaults({
    baseUrl: api,
    headers: { 'user-agent': 'wheelhouse', 'x-github-api-version': '2022-11-28' },
  });
  // Keeps tokens of installations until a minute before they end, and signs the app's own by RS256.
  const auth = createAppAuth({ appId, privateKey, request });

  async function call(
    doing: string,
    route: string,
    token: () => Promise<string>,
    parameters: Record<string, unknown>,
    known: (error: unknown) => boolean = () => false,
  ): Promise<unknown> {
    const now = () => systemClock.now();
    // An error here says nothing about the call itself.
    const bearer = await token().catch((error: unknown) => {
      throw hasStatus(error, 422) ? lacksPermission(doing, error) : asFault(error, doing, now());
    });
    try {
      const answer = await request(route, {
        ...parameters,
        headers: { authorization: `Bearer ${bearer}` },
        request: { signal: AbortSignal.timeout(ANSWER_MS) },
      });
      return answer.data;
    } catch (error) {
      if (known(error)) return KNOWN;
      throw asFault(error, doing, now());
    }
  }

  const at = (
    place: Place,
    doing: string,
    route: string,
    parameters: Record<string, unknown>,
    known?: (error: unknown) => boolean,
  ) => {
    const { owner, repo, installation } = place;
    const token = async () =>
      (
        await auth({
          ...{ type: 'installation', installationId: installation },
          ...{ repositoryNames: [repo], permissions: PERMISSIONS },
        })
      ).token;
    const where = `${doing} ${owner}/${repo}`;
    return call(where, route, token, { owner, repo, ...parameters }, known);
  };

  return {
    async createCheck(place, check) {
      const route = 'POST /repos/{owner}/{repo}/check-runs';
      const parameters = { ...check, head_sha: place.sha };
      return String(Created.parse(await at(place, 'reporting to', route, parameters)).id);
    },

    async findCheck(place, { name, external_id: wanted }) {
      const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';
      const asked = { ref: place.sha, check_name: name, filter: 'all', per_page: 100 };
      for (let page = 1; ; page += 1) {
        const found = await at(place, 'looking for a report at', route, { ...asked, page });
        const { check_runs: all } = Listed.parse(found);
        const own = all.find(({ external_id }) => external_id === wanted);
        if (own || all.length < asked.per_page) return own && String(own.id);
      }
    },

    async updateCheck(place, id, check) {
      const route = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
      await at(place, 'reporting to', route, { ...check, check_run_id: Number(id) });
    },

    async setStatus(place, status) {
      const route = 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
      const parameters = { ...status, deployment_id: place.deployment, auto_inactive: false };
      await at(place, 'reporting to', route, parameters);
    },

    async review({ environment, run, ...rest }, verdict) {
      const route = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule';
      const place = { environment, run, ...rest };
      const parameters = { ...verdict, run_id: run, environment_name: environment };
      // Somebody answered already, or cancelled the run.
      const isOver = (error: unknown) => hasStatus(error, 422);
      return (await at(place, 'answering', route, parameters, isOver)) !== KNOWN;
    },

    async whoAmI() {
      const token = async () => (await auth({ type: 'app' })).token;
      return App.parse(await call('asking who the app is', 'GET /app', token, {}));
    },
  };
}

/** Instead of an answer: an error that was expected. */
const KNOWN = Symbol('known');
