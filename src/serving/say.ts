const SAID = 80;

/** A value in an error message: short, and at a cost that does not grow with what was sent. */
export function say(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? outline(value) : scalar(value);
  return text.length > SAID ? `${text.slice(0, SAID - 3)}...` : text;
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, SAID));
  return typeof value === 'object' && value !== null
    ? Array.isArray(value)
      ? '[…]'
      : '{…}'
    : (JSON.stringify(value) ?? 'nothing');
}

/** Its first few members, without nested ones, however deep it is. */
function outline(value: object): string {
  const few = 5;
  if (Array.isArray(value)) {
    const more = value.length > few ? ',…' : '';
    return `[${value.slice(0, few).map(scalar).join(',')}${more}]`;
  }
  const entries: string[] = [];
  for (const [key, member] of Object.entries(value).slice(0, few))
    entries.push(`${scalar(key)}:${scalar(member)}`);
  return `{${entries.join(',')}}`;
}
