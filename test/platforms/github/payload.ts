import { INSTALLATION, OWNER, PERSON, REPO, TOKEN } from '../../fakes/github/server.ts';

/** GitHub's webhook when a job waits for an environment, with the emulator's repository, sender and organization. */
export async function protectionRule(
  url: string,
  { sha, run, environment }: { sha: string; run: number; environment: string },
): Promise<Record<string, unknown>> {
  const get = async (path: string): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${TOKEN}`, 'user-agent': 'test' },
    });
    return Object.fromEntries(Object.entries(Object(await answer.json())));
  };
  const [repository, sender, organization] = await Promise.all([
    get(`/repos/${OWNER}/${REPO}`),
    get(`/users/${PERSON}`),
    get(`/orgs/${OWNER}`),
  ]);
  const api = `https://api.github.com/repos/${OWNER}/${REPO}`;
  const at = '2026-11-30T12:00:00Z';
  return {
    action: 'requested',
    environment,
    event: 'push',
    sha,
    ref: 'refs/heads/main',
    deployment_callback_url: `${api}/actions/runs/${run}/deployment_protection_rule`,
    deployment: {
      ...{ id: 42, node_id: 'DE_42', sha, ref: 'main', task: 'deploy', payload: {}, environment },
      ...{ original_environment: environment, description: null, creator: sender },
      ...{ created_at: at, updated_at: at, url: `${api}/deployments/42` },
      ...{ statuses_url: `${api}/deployments/42/statuses`, repository_url: api },
    },
    pull_requests: [],
    // The emulator has fewer fields for an owner than for a user.
    repository: { ...repository, owner: { ...sender, ...Object(repository['owner']) } },
    organization,
    installation: { id: INSTALLATION, node_id: 'MDIz' },
    sender,
  };
}
