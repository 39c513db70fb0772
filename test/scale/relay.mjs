// Carries connections into and out of a network namespace, through sockets in the file system. Arguments: from and to, each
// a port of 127.0.0.1 or the path of a socket.
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const placeOf = (word) =>
  /^\d+$/.test(word) ? { host: '127.0.0.1', port: Number(word) } : { path: word };

/** @returns the server, which listens */
export function relay(from, to) {
  const server = createServer((near) => {
    const far = connect(placeOf(to));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ])
      one
        .on('error', () => other.destroy())
        .on('close', () => other.destroy())
        .pipe(other);
  });
  if ('path' in placeOf(from)) rmSync(from, { force: true });
  return server.listen(placeOf(from));
}

const [from, to] = process.argv.slice(2);
if (process.argv[1]?.endsWith('relay.mjs')) relay(from, to);
