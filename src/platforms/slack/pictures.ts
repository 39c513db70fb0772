import type { webApi } from '@slack/bolt';
import type { Card, Picture } from '../../core/card.ts';
import { inWords } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import { asked } from './faults.ts';
import { kept } from './kept.ts';

/** Slack's IDs of the files with a card's pictures, by sha256; those that could not be uploaded are left out. */
export type Pictures = (card: Card) => Promise<ReadonlyMap<string, string>>;

const REMEMBERED = 500;
const LONGEST_ALT = 1000;

/**
 * Uploads each picture once per process, to no channel: the image block shares it with everyone who can read the
 * message. https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
 */
export function createPictures(
  web: webApi.WebClient,
  artifacts: Pick<Artifacts, 'read'>,
  log: Log,
): Pictures {
  const files = kept<Promise<string>>(REMEMBERED);

  async function upload({ sha256, alt }: Picture): Promise<string> {
    const file = Buffer.from(await artifacts.read(sha256));
    const uploading = web.filesUploadV2({
      file,
      filename: `${sha256.slice(0, 12)}.png`,
      alt_text: alt.slice(0, LONGEST_ALT),
    });
    const { files: done } = await asked('uploading a picture', uploading);
    const id = done[0]?.files?.[0]?.id;
    if (id === undefined) throw new Error('Slack named no file');
    return id;
  }

  return async ({ pictures = [] }) => {
    const found = new Map<string, string>();
    for (const picture of pictures) {
      const { sha256 } = picture;
      const uploading = files.get(sha256) ?? upload(picture);
      files.set(sha256, uploading);
      try {
        found.set(sha256, await uploading);
      } catch (error) {
        files.delete(sha256);
        // A message without its picture is better than none; the next edit retries.
        log.warn({ picture: sha256, why: inWords(error) }, 'a picture stays out of a message');
      }
    }
    return found;
  };
}
