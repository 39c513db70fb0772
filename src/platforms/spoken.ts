/**
 * A command line that follows the umbrella command or a mention of the bot, with or without its slash and prefix:
 * `/ml-train flights` and `train flights` are the same. Without words it asks for help.
 */
export function commandIn(line: string, prefix = ''): { command: string; text: string } {
  const [, first = '', rest = ''] = /^\s*(\S*)\s*(.*)$/s.exec(line) ?? [];
  const inner = first.replace(/^\//, '').toLowerCase();
  const bare = prefix && inner.startsWith(prefix) ? inner.slice(prefix.length) : inner;
  return { command: bare || 'help', text: rest.trimEnd() };
}

/**
 * What was said to the bot: what follows its mention, if a message begins with that. A mention in the middle of a sentence
 * is talk about the bot. `name`: of the bot, as the platform writes a mention in text.
 */
export function toBot(text: string, name: RegExp): string | undefined {
  const rest = text.trimStart();
  const [mention] = new RegExp(`^(?:${name.source})[,:]?(?=\\s|$)`, 'i').exec(rest) ?? [];
  return mention === undefined ? undefined : rest.slice(mention.length).trim();
}
