const enormous = 1e100;

/** Neither NaN nor so large that a scale around it would overflow. */
export function drawable(value: number | undefined): value is number {
  return value !== undefined && Math.abs(value) < enormous;
}

/**
 * Text from data, made safe to draw and to read aloud: one line, without control characters, lone surrogates
 * and invisible marks, which are illegal in XML or change the text direction.
 */
export function clean(text: string, longest = 300): string {
  const line = text
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    // The drawing library uses the text as a key in a plain object: this name would corrupt it.
    .replaceAll('__proto__', '_ _proto__')
    .trim();
  const letters = [...line];
  return letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : line;
}

/** Three significant digits with a true minus sign: 0.0123, −4.57, 1.2M, 3.4e−7. */
export function number(value: number): string {
  const magnitude = Math.abs(value);
  if (!Number.isFinite(value)) return 'not available';
  if (magnitude === 0) return '0';
  if (magnitude >= 1e15 || magnitude < 1e-4)
    return minus(Number(value.toPrecision(2)).toExponential());
  if (magnitude >= 10_000) return minus(compact.format(value));
  return minus(String(Number(value.toPrecision(magnitude >= 1000 ? 4 : 3))));
}

/** Like `number`, always with its sign. */
export function signed(value: number): string {
  return value > 0 ? `+${number(value)}` : number(value);
}

/** `a, b and c`; after `most`, the number of the others. */
export function list(items: readonly string[], most = 6): string {
  const shown = items.length > most ? items.slice(0, most - 1) : items;
  const rest = items.length - shown.length;
  const words = rest > 0 ? [...shown, `${rest} more`] : [...shown];
  const last = words.pop() ?? '';
  return words.length > 0 ? `${words.join(', ')} and ${last}` : last;
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

function minus(text: string): string {
  return text.replaceAll('-', '−');
}
