import type { OptionSet } from './command.ts';

interface Shape {
  name: string;
  words: readonly string[];
  options: OptionSet;
}

/** `/promote MODEL VERSION [--to ENVIRONMENT]` */
export function usageOf({ name, words, options }: Shape): string {
  const parts = [`/${name}`];
  for (const word of words) {
    const option = options[word];
    if (option)
      parts.push(optional(option.schema.safeParse(undefined).success, option.placeholder));
  }
  for (const [key, option] of Object.entries(options)) {
    if (words.includes(key)) continue;
    if (option.pairs) parts.push(`[${option.placeholder}]`);
    else if (option.flag) parts.push(`[--${key}]`);
    else
      parts.push(
        optional(option.schema.safeParse(undefined).success, `--${key} ${option.placeholder}`),
      );
  }
  return parts.join(' ');
}

function optional(yes: boolean, text: string): string {
  return yes ? `[${text}]` : text;
}
