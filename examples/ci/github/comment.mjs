// Writes comment.md as a comment under the pull request, or replaces the one that is there. Needs only Node.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const {
  GITHUB_API_URL: api = 'https://api.github.com',
  GITHUB_REPOSITORY: repository = '',
  GITHUB_TOKEN: token = '',
  PULL_REQUEST: number = '',
  FOLDER: folder = '',
  // Whose comment may be replaced: anybody can write one that begins alike.
  COMMENT_AUTHOR: author = 'github-actions[bot]',
} = process.env;

const body = readFileSync(join(folder, 'comment.md'), 'utf8');
const [marker] = body.split('\n');
const issue = `/repos/${repository}/issues`;
const own = await find();
if (own) await call('PATCH', `${issue}/comments/${own.id}`, { body });
else await call('POST', `${issue}/${number}/comments`, { body });

async function find() {
  for (let page = 1; ; page += 1) {
    const comments = await call('GET', `${issue}/${number}/comments?per_page=100&page=${page}`);
    const found = comments.find(
      (one) => one.user?.login === author && one.body?.split(/\r?\n/)[0] === marker,
    );
    if (found || comments.length < 100) return found;
  }
}

async function call(method, path, content) {
  const answer = await fetch(`${api}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-github-api-version': '2022-11-28',
    },
    ...(content && { body: JSON.stringify(content) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
