import type { RawFile } from 'discord.js';
import type { Picture } from '../../core/card.ts';
import type { Log } from '../../core/log.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';

const fileNameOf = (sha256: string): string => `${sha256.slice(0, 32)}.png`;

export interface Loaded {
  /** File names by hash, of the existing files and of those that are sent. */
  names: Map<string, string>;
  /** By file name. */
  bytes: Map<string, Uint8Array>;
}

/** Pictures for a message, without those in `there`; one that cannot be read is replaced by its description. */
export async function loadPictures(
  pictures: readonly Picture[],
  there: ReadonlyMap<string, string>,
  artifacts: Pick<Artifacts, 'read'>,
  log: Log,
): Promise<Loaded> {
  const loaded: Loaded = { names: new Map(), bytes: new Map() };
  for (const { sha256 } of pictures) {
    const name = fileNameOf(sha256);
    try {
      if (!there.has(name)) loaded.bytes.set(name, await artifacts.read(sha256));
      loaded.names.set(sha256, name);
    } catch (err) {
      log.warn({ err, sha256 }, 'a picture is left out of a message');
    }
  }
  return loaded;
}

interface Attachment {
  id: string;
  filename: string;
  description: string;
}

/** The existing files that are kept, by their IDs, and those that are sent. */
export function filesOf(
  wanted: readonly Attachment[],
  there: ReadonlyMap<string, string>,
  { bytes }: Loaded,
): { attachments: ({ id: string } | Attachment)[]; files: RawFile[] } {
  const files = wanted.flatMap(({ id, filename }) => {
    const data = bytes.get(filename);
    return data ? [{ name: filename, data, contentType: 'image/png', key: `files[${id}]` }] : [];
  });
  const attachments = wanted.map((one) => {
    const id = bytes.has(one.filename) ? undefined : there.get(one.filename);
    return id === undefined ? one : { id };
  });
  return { attachments, files };
}
