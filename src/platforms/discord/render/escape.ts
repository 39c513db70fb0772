import { visible } from '../../../core/one-line.ts';

/**
 * Text without control characters, invisible characters, characters that change the text direction, and unpaired
 * surrogates. Line breaks stay.
 */
export function clean(text: string): string {
  return visible(text)
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/\t/g, '  ')
    .replace(/[^\P{Cc}\n]|\p{Cs}/gu, '\ufffd');
}

/** On one line. */
export function flat(text: string): string {
  return clean(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}

/** Whether nothing in it is visible: Discord trims such text and then refuses it as empty. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{C}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u.test(text);
}

/**
 * Text that Discord shows unchanged: no markdown, no mention, no timestamp, no masked link. A plain web address stays a
 * link, in the brackets that prevent a preview. The syntax is that of
 * https://docs.discord.com/developers/reference#message-formatting and
 * https://support.discord.com/hc/en-us/articles/210298617.
 */
export function escaped(text: string): string {
  const parts = clean(text).split(/(https?:\/\/[^\s<>]+)/i);
  return parts
    .map((part, index) => (index % 2 === 1 ? address(part) : marks(part)))
    .join('')
    .replace(/^([^\S\n]*)([#>+-])/gm, '$1\\$2')
    .replace(/^([^\S\n]*\d+)([.)])/gm, '$1\\$2');
}

/** For inside a code block, where nothing can be escaped: the fence that would end it is broken. */
export function fenced(text: string): string {
  return unmentioned(clean(text)).replace(/`(?=`)/g, '`\u200b');
}

/** Browsers support no more, and finding its end takes quadratic time. */
const LONGEST_ADDRESS = 2000;

function address(found: string): string {
  if (found.length > LONGEST_ADDRESS) return marks(found);
  const link = found.replace(/[.,;:!?'")\]]+$/, '');
  // Anything else could be markup, or look like a link to another site.
  const plain = /^[\w:/.?&=%+~#,;!$-]+$/.test(link) && URL.canParse(link);
  return plain ? `<${link}>${marks(found.slice(link.length))}` : marks(found);
}

function marks(text: string): string {
  return unmentioned(text.replace(/[\\*_~|`<[\]]/g, '\\$&').replace(/:\/\//g, '\\://'));
}

/** A backslash does not escape these. */
function unmentioned(text: string): string {
  return text.replace(/@(?=everyone|here)/gi, '@\u200b');
}
