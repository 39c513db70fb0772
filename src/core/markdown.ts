import { oneLine } from './one-line.ts';

/** A character that is not seen and separates what would be read as a mention, a reference or an address. */
const APART = '\u200b';

/**
 * Text of others within Markdown, on one line: it is no markup, no cell border, and mentions and links nobody. GitHub and
 * GitLab look for mentions in the text itself, where a backslash does not help.
 */
export function plain(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]<>#!|~$&]/g, (one) => `\\${one}`)
    .replace(/([@#])(?=\w)/g, `$1${APART}`)
    .replace(/:(?=\/\/)/g, `:${APART}`)
    .replace(/\b(www|GH)(?=[.-])/gi, `$1${APART}`);
}

/** A table whose cells are plain already. Right-aligned columns by their index. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (right.includes(at) ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Shown on request. */
export function folded(title: string, text: string): string {
  return `<details>\n<summary>${title}</summary>\n\n${text}\n\n</details>`;
}
