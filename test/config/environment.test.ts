import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What a child process can read of its parent's environment, and what it inherits. */
const THIEF = `
  const shown = require('node:fs').readFileSync('/proc/' + process.ppid + '/environ', 'utf8');
  console.log(JSON.stringify({ shown, inherited: process.env }));`;
const PARENT = `
  import { execFileSync } from 'node:child_process';
  import { isExposed, ownEnvironment } from './config/environment.ts';
  import { readSettings } from './config/settings.ts';
  const before = isExposed({ ...process.env });
  const settings = readSettings();
  console.log(execFileSync(process.execPath, ['-e', ${JSON.stringify(THIEF)}], { encoding: 'utf8' }));
  const { SLACK_BOT_TOKEN, OTHER, PATH } = ownEnvironment();
  console.log(JSON.stringify({ before, exposed: settings.exposed, redis: settings.redisUrl, mongodb: settings.mongodbUri,
    SLACK_BOT_TOKEN, OTHER, path: PATH === process.env.PATH }));`;

describe.skipIf(!existsSync('/proc/self/environ'))('config/environment', () => {
  it('shows no secrets to other processes, and still knows them all', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', PARENT],
      {
        env: {
          ...process.env,
          REDIS_URL: 'redis://:swordfish-1@127.0.0.1:6379',
          SLACK_BOT_TOKEN: 'xoxb-swordfish-2',
          AWS_SECRET_ACCESS_KEY: 'swordfish-3',
          OTHER: 'of no concern',
          WHEELHOUSE_SECRETS: 'stdin',
        },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    child.stdin.end(JSON.stringify({ MONGODB_URI: 'mongodb://me:swordfish-4@127.0.0.1/x' }));
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    await once(child, 'close');
    const [stolen = '', known = ''] = said.trim().split('\n').filter(Boolean);
    expect(JSON.parse(stolen).shown).toContain('OTHER=of no concern');
    expect(stolen).not.toContain('swordfish');
    expect(JSON.parse(known)).toEqual({
      before: true,
      exposed: false,
      redis: 'redis://:swordfish-1@127.0.0.1:6379',
      mongodb: 'mongodb://me:swordfish-4@127.0.0.1/x',
      SLACK_BOT_TOKEN: 'xoxb-swordfish-2',
      OTHER: 'of no concern',
      path: true,
    });
  });
});
