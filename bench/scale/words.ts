/** Three significant digits, and no more than a reader needs. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  if (value === 0 || Number.isInteger(value)) return String(value);
  return Number(value.toPrecision(2)).toString();
}

export const money = (value: number): string =>
  (Math.round(value / 10) * 10).toLocaleString('en-US');

export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The page with the table between its two comments. Throws if they are missing. */
export function intoPage(page: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/scale.md has no place for "${name}".`);
  return `${page.slice(0, from + begin.length)}\n${table}\n${page.slice(to)}`;
}
