/**
 * Writes openapi.json: the operations and webhooks of GitHub's OpenAPI description that Wheelhouse uses, and the
 * schemas that they refer to. From the package @octokit/openapi 23.0.2 (MIT), of 400 MB:
 *
 *   npm pack @octokit/openapi@23.0.2 && tar -xzf octokit-openapi-23.0.2.tgz
 *   node test/reference/github/extract.mjs package/generated/api.github.com.json
 */
import { readFileSync, writeFileSync } from 'node:fs';

const REPO = '/repos/{owner}/{repo}';
const OPERATIONS = [
  ['get', '/app'],
  ['post', '/app/installations/{installation_id}/access_tokens'],
  ['post', `${REPO}/actions/runs/{run_id}/deployment_protection_rule`],
  ['post', `${REPO}/deployments/{deployment_id}/statuses`],
  ['post', `${REPO}/check-runs`],
  ['patch', `${REPO}/check-runs/{check_run_id}`],
  ['get', `${REPO}/commits/{ref}/check-runs`],
  ['get', `${REPO}/issues/{issue_number}/comments`],
  ['post', `${REPO}/issues/{issue_number}/comments`],
  ['patch', `${REPO}/issues/comments/{comment_id}`],
];
const WEBHOOKS = ['deployment-protection-rule-requested', 'ping'];

const whole = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const { openapi, info } = whole;
const part = { openapi, info: { title: info.title, version: info.version, license: info.license } };
part.paths = {};
for (const [method, path] of OPERATIONS) {
  const { parameters, requestBody, responses } = whole.paths[path][method];
  part.paths[path] = { ...part.paths[path], [method]: { parameters, requestBody, responses } };
}
part['x-webhooks'] = Object.fromEntries(
  WEBHOOKS.map((name) => [name, { post: { requestBody: whole['x-webhooks'][name].post.requestBody } }]),
);
part.components = {};
const queue = [part];
while (queue.length > 0) {
  const node = queue.pop();
  if (node === null || typeof node !== 'object') continue;
  for (const [key, value] of Object.entries(node)) {
    // A property may be called "description" too.
    if (typeof value === 'string' && key === 'description') delete node[key];
    else if (key === 'x-github') delete node[key];
    else if (key === '$ref' && typeof value === 'string') {
      const [, , kind, name] = value.split('/');
      part.components[kind] ??= {};
      if (Object.hasOwn(part.components[kind], name)) continue;
      part.components[kind][name] = whole.components[kind][name];
      queue.push(part.components[kind][name]);
    } else if (key !== 'value' && key !== 'example') queue.push(value); // what GitHub answers
  }
}
writeFileSync(new URL('openapi.json', import.meta.url), `${JSON.stringify(part)}\n`);
