// Makes 639ca5f.ejson.gz: what the demo of that commit wrote into its registry in one short story. By hand, once:
//   git worktree add /tmp/old 639ca5f && (cd /tmp/old && npm ci)
//   node test/registry/dump/make.mjs /tmp/old
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

const [old] = process.argv.slice(2);
if (!old) throw new Error('say where the checkout of 639ca5f is');
const { MongoClient, BSON } = createRequire(join(old, 'package.json'))('mongoose').mongo;
const home = await mkdtemp(join(tmpdir(), 'wheelhouse-dump-'));

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const tsx = createRequire(join(old, 'package.json')).resolve('tsx');
const store = spawn(
  process.execPath,
  ['--import', tsx, join(old, 'src/embedded/main.ts'), '--dir', join(home, 'store')],
  { cwd: old, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
);
const [line] = await once(createInterface(store.stdout), 'line');
const uri = `mongodb://127.0.0.1:${JSON.parse(line).port}/wheelhouse?directConnection=true`;
const env = {
  ...process.env,
  MONGODB_URI: uri,
  WHEELHOUSE_HOME: join(home, 'state'),
  WHEELHOUSE_PORT: String(await freePort()),
  WHEELHOUSE_INFERENCE_PORT: String(await freePort()),
  // Until shortly after the drift of late April.
  WHEELHOUSE_REPLAY_TO: '2001-05-12',
  WHEELHOUSE_REPLAY_DAYS_PER_SECOND: '1',
};
delete env.REDIS_URL;
const program = join(old, 'bin/wheelhouse.mjs');
const demo = spawn(process.execPath, [program, 'demo'], { cwd: old, env, stdio: 'inherit' });

async function say(words, as) {
  const args = [program, ...words, '--as', as, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: old, env }).catch(
    (error) => error,
  );
  console.error(`${as}: ${words.join(' ')}\n  ${stdout.slice(0, 300).replaceAll(/\s+/g, ' ')}`);
  return JSON.parse(stdout || 'null');
}

async function until(what, look) {
  for (let tries = 0; tries < 600; tries++) {
    const found = await look().catch(() => undefined);
    if (found) return found;
    await wait(1000);
  }
  throw new Error(`${what}: not within ten minutes`);
}

const client = await MongoClient.connect(uri);
const db = client.db();
const latest = (collection, filter) =>
  db.collection(collection).findOne(filter, { sort: { createdAt: -1 } });
const isOpen = (version) => () => latest('approvals', { version, status: 'open' });

try {
  await until('the demo is up', () => readFile(join(env.WHEELHOUSE_HOME, 'url'), 'utf8'));
  const small = ['trees=20', 'leaves=15'];
  await say(['train', 'flights', ...small, '--wait'], 'dev');
  await say(['promote', 'flights', '1'], 'dev');
  const first = await until('the gates of v1 are judged', isOpen(1));
  await say(['approve', first._id], 'lead');
  const may = ['--from', '2001-05-01', '--to', '2001-06-01'];
  await say(['train', 'flights', ...small, ...may, '--wait'], 'dev');
  await say(['compare', 'flights', '2', '1', '--wait'], 'dev');
  const alert = await until('there is an alert', () => latest('alerts', {}));
  await say(['acknowledge', alert._id], 'dev');
  await say(['promote', 'flights', '2'], 'dev');
  const second = await until('the gates of v2 are judged', isOpen(2));
  await say(['approve', second._id], 'lead');
  await until('v2 is live', () => db.collection('deployments').findOne({ version: 2 }));
  await say(['rollback', 'flights', '--reason', 'too many delays are missed', '--wait'], 'dev');
  // One that a gate refuses, and one that stays open.
  const poor = ['trees=5', '--from', '2001-02-15', '--to', '2001-03-01', '--wait'];
  await say(['train', 'flights', ...poor], 'dev');
  await say(['promote', 'flights', '3'], 'dev');
  await until('v3 is refused', () => latest('approvals', { version: 3, status: 'refused' }));
  await say(['promote', 'flights', '2'], 'dev');
  await until('the gates of v2 are judged again', isOpen(2));
  demo.kill('SIGTERM');
  await once(demo, 'close');

  const lines = [];
  for (const { name } of await db.listCollections().toArray()) {
    const collection = db.collection(name);
    const indexes = (await collection.listIndexes().toArray()).filter((one) => one.name !== '_id_');
    // As stored: a number keeps its type.
    const all = await collection.find({}, { promoteValues: false }).toArray();
    // Repeated profiles of the same columns would make nine tenths of the file.
    const docs = name === 'profiles' ? all.slice(0, 60) : all;
    console.error(`${name}: ${docs.length} documents`);
    lines.push(BSON.EJSON.stringify({ collection: name, indexes }, { relaxed: false }));
    for (const doc of docs) lines.push(BSON.EJSON.stringify({ doc }, { relaxed: false }));
  }
  const out = fileURLToPath(new URL('639ca5f.ejson.gz', import.meta.url));
  await writeFile(out, gzipSync(`${lines.join('\n')}\n`, { level: 9 }));
} finally {
  demo.kill('SIGTERM');
  await client.close();
  store.kill();
}
