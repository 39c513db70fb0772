import { BadInput } from '../../core/errors.ts';
import { parseWords } from '../../core/parse-words.ts';
import { readPairs } from '../../training/parameters.ts';

const USAGE =
  'npx wheelhouse ci MODEL [NAME=VALUE …] [--base REVISION | --champion FILE | --live] [--to ENVIRONMENT] [--days N] [--rows N] [--out FOLDER] [--charts-url URL] [--workspace FOLDER] [--json]';

/** Enough for a verdict on most tables, few enough for a minute of training. */
const ROWS = 20_000;
const FOLDER = 'wheelhouse-ci';

export interface Asked {
  model: string;
  given: Record<string, string>;
  base: string | undefined;
  champion: string | undefined;
  live: boolean;
  to: string | undefined;
  days: number | undefined;
  rows: number;
  out: string;
  chartsUrl: string | undefined;
  workspace: string | undefined;
}

/** Throws BadInput. */
export function readWords(words: readonly string[]): Asked {
  const { values, positionals } = parseWords(
    {
      args: [...words],
      allowPositionals: true,
      options: {
        base: { type: 'string' },
        champion: { type: 'string' },
        live: { type: 'boolean', default: false },
        to: { type: 'string' },
        days: { type: 'string' },
        rows: { type: 'string', default: String(ROWS) },
        out: { type: 'string', default: FOLDER },
        'charts-url': { type: 'string' },
        workspace: { type: 'string' },
        json: { type: 'boolean' },
      },
    },
    USAGE,
  );
  const [model, ...pairs] = positionals;
  if (model === undefined) throw new BadInput('Which model?', { next: `Usage: ${USAGE}` });
  const { base, champion, live, to, out, workspace, 'charts-url': chartsUrl } = values;
  if ([base, champion, live || undefined].filter((one) => one !== undefined).length > 1)
    throw new BadInput(
      '--base, --champion and --live all name what to compare with. Pass one of them.',
    );
  if (chartsUrl !== undefined && !(URL.canParse(chartsUrl) && /^https?:/.test(chartsUrl)))
    throw new BadInput(`--charts-url cannot be ${JSON.stringify(chartsUrl)}.`, {
      next: 'Write the address of a folder, e.g. https://example.org/charts.',
    });
  return {
    ...{ model, base, champion, live, to, out, workspace },
    // In Markdown, both would end the address.
    chartsUrl: chartsUrl && new URL(chartsUrl).href.replace(/[()]/g, encodeURIComponent),
    given: readPairs(pairs),
    days: values.days === undefined ? undefined : whole('--days', values.days),
    rows: whole('--rows', values.rows),
  };
}

function whole(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new BadInput(`${option} cannot be "${text}".`, { next: 'Write a whole number, e.g. 7.' });
}
