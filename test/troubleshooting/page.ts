import { type Case, SECTIONS } from './case.ts';

const BEGIN = '<!-- Written by npm run docs:troubleshooting from test/troubleshooting/cases. -->';
const END = '<!-- End of what is written. -->';

/** The page with its tables replaced by those of these cases. */
export function pageWith(page: string, cases: readonly Case[]): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/troubleshooting.md lacks "${BEGIN}" or "${END}"`);
  return `${before}${BEGIN}\n\n${tables(cases)}\n${END}${after}`;
}

function tables(cases: readonly Case[]): string {
  return Object.entries(SECTIONS)
    .map(([section, title]) => {
      const rows = cases.filter((one) => one.section === section).map(row);
      return `## ${title}\n\n| What you see | Why | What to do |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
    })
    .join('\n');
}

function row({ sees, why, fix }: Case): string {
  return `| ${cell(quoted(sees))} | ${cell(why)} | ${cell(fix)} |`;
}

/** As code, so that nothing in it is read as Markdown. */
function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `\`${line.replaceAll('`', "'")}\``)
    .join('<br>');
}

/** A `|` would end the cell, in code too. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', '<br>');
}
