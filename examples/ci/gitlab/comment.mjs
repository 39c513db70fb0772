// Writes comment.md as a note on the merge request, or replaces the one that is there. Needs only Node.
import { readFileSync } from 'node:fs';

const {
  CI_API_V4_URL: api = '',
  CI_MERGE_REQUEST_PROJECT_ID: project = '',
  CI_MERGE_REQUEST_IID: number = '',
  WHEELHOUSE_GITLAB_TOKEN: token = '',
} = process.env;

const body = readFileSync('wheelhouse-ci/comment.md', 'utf8');
const [marker] = body.split('\n');
const notes = `/projects/${encodeURIComponent(project)}/merge_requests/${number}/notes`;
// Whose note may be replaced: anybody can write one that begins alike.
const { id: self } = await call('GET', '/user');
const own = await find();
if (own) await call('PUT', `${notes}/${own.id}`, { body });
else await call('POST', notes, { body });

async function find() {
  for (let page = 1; ; page += 1) {
    const found = await call('GET', `${notes}?per_page=100&page=${page}`);
    const note = found.find(
      (one) => one.author?.id === self && one.body?.split(/\r?\n/)[0] === marker,
    );
    if (note || found.length < 100) return note;
  }
}

async function call(method, path, content) {
  const answer = await fetch(`${api}${path}`, {
    method,
    headers: { 'private-token': token, 'content-type': 'application/json' },
    ...(content && { body: JSON.stringify(content) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
