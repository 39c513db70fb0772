/** A word of a path with a character that patterns give a meaning. */
export const isPattern = (word: string): boolean => /[*?{]/.test(word);

/** What one part of a pattern matches; `/` ends a word. */
const PARTS: readonly [RegExp, (found: RegExpExecArray) => string][] = [
  [/^\*\*\//, () => '(?:[^/]+/)*'],
  [/^\*\*/, () => '.*'],
  [/^\*/, () => '[^/]*'],
  [/^\?/, () => '[^/]'],
  [/^\{([^{}]*)\}/, ([, list = '']) => `(?:${list.split(',').map(literal).join('|')})`],
  [/^[^*?{]+|^\{/, ([text]) => literal(text)],
];

/** Whether an absolute path matches a pattern of `*`, `**`, `?` and `{a,b}`, as shells understand them. */
export function matcher(pattern: string): (path: string) => boolean {
  let rest = pattern;
  let expression = '';
  while (rest !== '') {
    for (const [part, meaning] of PARTS) {
      const found = part.exec(rest);
      if (!found) continue;
      expression += meaning(found);
      rest = rest.slice(found[0].length);
      break;
    }
  }
  const whole = new RegExp(`^${expression}$`, 's');
  return (path) => whole.test(path);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
