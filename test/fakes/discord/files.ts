import { extname } from 'node:path';
import type { Attachment } from './kept.ts';
import type { Component, Embed } from './shapes.ts';
import type { World } from './state.ts';

/** A file uploaded with a request: `files[index]`. */
export interface Upload {
  index: string;
  filename: string;
  bytes: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
};

/** Stores the bytes unchanged, and serves them at `url`. */
export function keepFile(
  world: World,
  channel: string,
  { filename, bytes }: Upload,
  extra: { description?: string | undefined; ephemeral: boolean },
): Attachment {
  const id = world.nextId();
  const type = TYPES[extname(filename).toLowerCase()] ?? 'application/octet-stream';
  const path = `/attachments/${channel}/${id}/${encodeURIComponent(filename)}`;
  world.files.set(path, { bytes, type });
  const url = `${world.cdn}${path}`;
  return {
    id,
    filename,
    size: bytes.length,
    url,
    proxy_url: url,
    content_type: type,
    ...(type === 'image/png' && bytes.length >= 24
      ? { width: bytes.readInt32BE(16), height: bytes.readInt32BE(20) }
      : {}),
    ...(extra.description ? { description: extra.description } : {}),
    ...(extra.ephemeral ? { ephemeral: true } : {}),
  };
}

const SCHEME = 'attachment://';

/** The file that `attachment://name` refers to; undefined for ordinary addresses. */
function meant(files: readonly Attachment[], url: string | undefined): Attachment | undefined {
  if (!url?.startsWith(SCHEME)) return undefined;
  return files.find(({ filename }) => filename === url.slice(SCHEME.length));
}

/** Every address in it that refers to a missing file. */
export function danglingFiles(
  files: readonly Attachment[],
  embeds: readonly Embed[],
  components: readonly Component[],
): string[] {
  const urls = [
    ...embeds.flatMap(({ image, thumbnail }) => [image?.url, thumbnail?.url]),
    ...components.flatMap(({ media, file, items = [] }) => [
      media?.url,
      file?.url,
      ...items.map((item) => item.media.url),
    ]),
  ];
  return urls.flatMap((url) =>
    url?.startsWith(SCHEME) && meant(files, url) === undefined ? [url] : [],
  );
}

/** Puts the file's address where an embed names it, as Discord does in answers. */
export function withFiles(embed: Embed, files: readonly Attachment[]): Record<string, unknown> {
  const picture = (one: Embed['image']) => {
    const file = meant(files, one?.url);
    if (one === undefined) return undefined;
    const { width, height, url, content_type } = file ?? {};
    return file === undefined
      ? one
      : { url, proxy_url: url, content_type, width: width ?? 0, height: height ?? 0 };
  };
  const { image, thumbnail, fields, ...rest } = embed;
  return {
    type: 'rich',
    ...rest,
    ...(fields ? { fields: fields.map((field) => ({ inline: false, ...field })) } : {}),
    ...(image ? { image: picture(image) } : {}),
    ...(thumbnail ? { thumbnail: picture(thumbnail) } : {}),
  };
}

/** The media of a component as Discord returns it. */
export function unfurled(world: World, url: string, files: readonly Attachment[]) {
  const file = meant(files, url) ?? files.find((one) => one.url === url);
  if (file === undefined) return { id: world.nextId(), url, proxy_url: url };
  const { id, content_type, width, height } = file;
  return {
    id,
    attachment_id: id,
    url: file.url,
    proxy_url: file.url,
    content_type,
    width: width ?? null,
    height: height ?? null,
  };
}

/** Files that an embed shows are in the embed, not in the message's list. */
export function shownInEmbeds(files: readonly Attachment[], embeds: readonly Embed[]) {
  const urls = embeds.flatMap(({ image, thumbnail }) => [image?.url, thumbnail?.url]);
  return new Set(
    urls.flatMap((url) => meant(files, url) ?? files.find((one) => one.url === url) ?? []),
  );
}
