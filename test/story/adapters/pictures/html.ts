/** Shared by both platforms' pictures: escaping, emoji for machines without an emoji font, the page. */
export function text(given: string): string {
  const safe = given.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  return safe
    .replaceAll(/\uFE0F|\u2060/g, '')
    .replace(/✅|❌|⚠|ℹ|⏳|🛑/gu, (emoji) => drawn(emoji));
}

const SHAPES: Record<string, string> = {
  '✅': '<rect width="20" height="20" rx="4" fill="#3fa34d"/><path d="M5 10.5l3.4 3.5L15 6.5" stroke="#fff" stroke-width="2.6" fill="none"/>',
  '❌': '<path d="M4 4l12 12M16 4L4 16" stroke="#d92d3a" stroke-width="3.6" stroke-linecap="round"/>',
  '⚠': '<path d="M10 2l9 16H1z" fill="#f5b73c"/><path d="M10 7.5v5M10 15v1.4" stroke="#3b2a00" stroke-width="2"/>',
  ℹ: '<rect width="20" height="20" rx="4" fill="#3b88c3"/><path d="M10 8.5V16M10 4.4v1.8" stroke="#fff" stroke-width="2.4"/>',
  '⏳': '<path d="M5 2h10v3l-4 5 4 5v3H5v-3l4-5-4-5z" fill="#f0b86a" stroke="#8a5a1f" stroke-width="1.4"/>',
  '🛑': '<path d="M6.2 1h7.6L19 6.2v7.6L13.8 19H6.2L1 13.8V6.2z" fill="#d92d3a"/><path d="M5 10h10" stroke="#fff" stroke-width="3"/>',
};

function drawn(emoji: string): string {
  return `<svg class="emoji" viewBox="0 0 20 20" role="img" aria-label="${emoji}">${SHAPES[emoji] ?? ''}</svg>`;
}

export const WHEEL =
  '<svg viewBox="0 0 36 36" class="face"><rect width="36" height="36" rx="7" fill="#17304a"/><g fill="none" stroke="#f2b84b" stroke-width="2"><circle cx="18" cy="18" r="8"/><circle cx="18" cy="18" r="2.4"/><path d="M18 5v26M5 18h26M8.8 8.8l18.4 18.4M27.2 8.8L8.8 27.2"/></g></svg>';

export function page(style: string, body: string): string {
  return `<!doctype html><meta charset="utf-8"><style>*{box-sizing:border-box;margin:0}.emoji{height:1.15em;vertical-align:-.2em}${style}</style>${body}`;
}

/** The bytes of a picture, by Slack's file ID or its name on Discord. */
export type Files = ReadonlyMap<string, Uint8Array>;

export function imageOf(files: Files, name: string, alt: string): string {
  const bytes = files.get(name);
  if (!bytes) throw new Error(`the message shows ${name}, which nobody has sent`);
  return `<img src="data:image/png;base64,${Buffer.from(bytes).toString('base64')}" alt="${text(alt)}">`;
}
