/** What the fragment of the address names. */
export type Place =
  /** With `message`: a post in it. */
  | { channel: string; message: string | null }
  /** The board of a model; in the first environment if none is named. */
  | { model: string; environment: string | null };

const MODELS = '/models/';
const MESSAGES = '/messages/';

/** Names of channels do not begin with a slash. */
export function readAddress(hash: string): Place {
  const path = hash.replace(/^#/, '');
  const words = (prefix: string) => path.slice(prefix.length).split('/').map(decoded);
  if (path.startsWith(MODELS)) {
    const [model = '', environment = ''] = words(MODELS);
    if (model !== '') return { model, environment: environment === '' ? null : environment };
  }
  if (path.startsWith(MESSAGES)) {
    const [channel = '', message = ''] = words(MESSAGES);
    return { channel, message: message === '' ? null : message };
  }
  return { channel: decoded(path), message: null };
}

export const channelAddress = (channel: string) => `#${encodeURIComponent(channel)}`;

export function boardAddress(model: string, environment?: string): string {
  const place = environment === undefined ? [model] : [model, environment];
  return `#${MODELS}${place.map(encodeURIComponent).join('/')}`;
}

export const messageAddress = (channel: string, post: string) =>
  `#${MESSAGES}${encodeURIComponent(channel)}/${encodeURIComponent(post)}`;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
