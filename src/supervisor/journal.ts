import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** The log file of one program. */
export interface Journal {
  file: string;
  write(line: string): void;
  /** The last lines, oldest first. */
  last(): string[];
  close(): Promise<void>;
}

const KEPT_LINES = 10;

/** Opens `<dir>/<name>.log`; the log of the previous run is kept as `.log.1`. */
export async function openJournal(dir: string, name: string): Promise<Journal> {
  await mkdir(dir, { recursive: true });
  const file = join(dir, `${name}.log`);
  await rename(file, `${file}.1`).catch(() => {}); // The first run has none.
  const stream = createWriteStream(file, { mode: 0o600 });
  // A full disk must not stop what still works.
  stream.on('error', () => {});
  const last: string[] = [];
  return {
    file,
    write(line) {
      stream.write(`${line}\n`);
      last.push(line);
      if (last.length > KEPT_LINES) last.shift();
    },
    last: () => [...last],
    close: () => closed(stream),
  };
}

function closed(stream: WriteStream): Promise<void> {
  return new Promise((done) => {
    if (stream.closed) return done();
    stream.once('close', done);
    stream.end();
  });
}
