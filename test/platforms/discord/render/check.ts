/**
 * Discord's limits again, from its documentation and independent of src/:
 * https://docs.discord.com/developers/components/reference and the pages it links to.
 */
type Node = Record<string, unknown>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Every component of a body, outer ones first. */
export function walk(body: unknown): Node[] {
  if (Array.isArray(body)) return body.flatMap(walk);
  if (!isNode(body)) return [];
  const inner = ['components', 'component', 'accessory'].flatMap((key) => walk(body[key]));
  return typeof body['type'] === 'number' ? [body, ...inner] : inner;
}

export const ofType = (body: unknown, type: number) =>
  walk(body).filter((node) => node['type'] === type);

export const texts = (body: unknown) => ofType(body, 10).map(({ content }) => String(content));

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Each fault is a sentence. */
export function faultsOf(body: unknown): string[] {
  const faults: string[] = [];
  const expect = (fine: boolean, fault: string) => fine || faults.push(fault);
  const sized = (value: unknown, from: number, to: number, what: string) =>
    expect(
      typeof value === 'string' && value.length >= from && value.length <= to,
      `${what}: ${from} to ${to} characters, not ${String(value).length}`,
    );
  const optional = (value: unknown, to: number, what: string) =>
    value === undefined || sized(value, 1, to, what);
  const nodes = walk(body);
  expect(nodes.length <= 40, `${nodes.length} components`);
  const total = texts(body).reduce((sum, text) => sum + text.length, 0);
  expect(total <= 4000, `${total} characters of text`);
  const ids = nodes.flatMap(({ custom_id }) => (custom_id === undefined ? [] : [custom_id]));
  expect(new Set(ids).size === ids.length, 'a custom_id twice');
  for (const id of ids) sized(id, 1, 100, 'custom_id');
  for (const { id } of nodes)
    expect(id === undefined || (Number.isInteger(id) && Number(id) < 2 ** 31), `id ${id}`);
  for (const node of nodes) {
    const { type } = node;
    if (type === 1) {
      const inside = list(node['components']);
      expect(inside.length >= 1 && inside.length <= 5, `${inside.length} in a row`);
    }
    if (type === 2) sized(node['label'], 1, 80, 'button');
    if (type === 3 || type === 21) {
      const options = list(node['options']).filter(isNode);
      const [least, most] = type === 21 ? [2, 10] : [1, 25];
      expect(options.length >= least && options.length <= most, `${options.length} options`);
      const values = options.map(({ value }) => value);
      expect(new Set(values).size === values.length, 'a value twice');
      expect(options.filter((option) => option['default']).length <= 1, 'two defaults');
      for (const option of options) {
        sized(option['label'], 1, 100, 'option');
        sized(option['value'], 1, 100, 'value');
        optional(option['description'], 100, 'description');
      }
    }
    if (type === 4) {
      optional(node['value'], Number(node['max_length'] ?? 4000), 'value');
      optional(node['placeholder'], 100, 'placeholder');
      expect(Number(node['max_length'] ?? 1) >= 1, 'max_length');
      expect(Number(node['max_length'] ?? 1) <= 4000, 'max_length');
    }
    if (type === 10) {
      sized(node['content'], 1, 4000, 'text');
      expect(/[^\s\p{C}]/u.test(String(node['content'])), 'text that nobody can see');
    }
    if (type === 12) {
      const items = list(node['items']).filter(isNode);
      expect(items.length >= 1 && items.length <= 10, `${items.length} pictures`);
      for (const { description } of items) sized(description, 1, 1024, 'alt text');
    }
    if (type === 18) {
      sized(node['label'], 1, 45, 'label');
      optional(node['description'], 100, 'hint');
    }
  }
  expect(
    !/\p{Cs}/u.test(JSON.stringify(body)) && !/\\ud[89a-f]/i.test(JSON.stringify(body)),
    'half a character',
  );
  return faults;
}

/** The text of a message, and faults where its data could mention, format or embed something. */
export function mentionsIn(content: string): string[] {
  // What Discord does not format: addresses in brackets, code blocks, escaped characters.
  const plain = content
    .replace(/<https?:\/\/[^\s<>]+>/gi, 'x')
    .replace(/```\n[\s\S]*?\n```/g, '')
    .replace(/\\[^0-9A-Za-z\s]/g, 'x');
  const active = [
    /<(@|#|:|a:|t:|id:|\/)[^>]*>/,
    /\[[^\]]*\]\([^)]*\)/,
    /\|\|/,
    /`/,
    /^\s*>/m,
    /https?:\/\/\S/i,
  ];
  const found = active.flatMap((pattern) => pattern.exec(plain)?.[0] ?? []);
  const everybody = /@(everyone|here)/i.exec(content)?.[0];
  return everybody === undefined ? found : [...found, everybody];
}
