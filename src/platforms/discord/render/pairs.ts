/** One `name=value` as a line; quoted like JSON if it could not be parsed otherwise. */
export function pairLine(name: string, value: string): string {
  const quote = /^\s|\s$|^"|[\n\r]/.test(value);
  return `${name}=${quote ? JSON.stringify(value) : value}`;
}

/**
 * Lines of `name=value`, without blank ones. Any other line becomes an unknown name, so that the dispatch refuses it
 * instead of ignoring it.
 */
export function pairsIn(text: string): [name: string, value: string][] {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const equals = line.indexOf('=');
      if (equals <= 0) return [line, line];
      return [line.slice(0, equals).trim(), unquoted(line.slice(equals + 1).trim())];
    });
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    const text: unknown = JSON.parse(value);
    return typeof text === 'string' ? text : value;
  } catch {
    return value;
  }
}
