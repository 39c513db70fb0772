import { BadInput } from '../../core/errors.ts';
import { parseWords } from '../../core/parse-words.ts';
import { withTables } from '../../datasets/files/open.ts';
import { compareFiles, type FilesCompared } from './compare-files.ts';
import { driftInText, loneColumns } from './drift-words.ts';
import { answered, type Out } from './exit.ts';
import { written } from './written.ts';

const USAGE =
  'npx wheelhouse drift REFERENCE CURRENT [--columns A,B] [--ignore C,D] [--json] [--html FILE]';
const HELP = `${USAGE}

Compares the columns of two files: Parquet, CSV or JSON lines, also compressed (.gz, .zst). Needs no server.

  --columns A,B   compare these columns only
  --ignore C,D    leave these columns out
  --json          print {verdict, columns: [{name, type, rows, nulls, psi, js, wasserstein, ks, chi2, adjustedP, verdict}]}
  --html FILE     write a page with a chart of each column as well

Exit code: 1 for drift, 2 where a file or a column is not there or cannot be read, 0 otherwise.
What the figures mean: docs/drift-files.md
`;

/** Compares two files. Resolves with the exit code: 1 for drift, 2 for what is not there or not understood, else 0. */
export function runDrift(words: readonly string[], out: Out): Promise<number> {
  return answered(out, async () => {
    const { files, help, json, html, ...asked } = read(words);
    if (help) {
      out.stdout.write(HELP);
      return 0;
    }
    const found = await withTables(files, (opened) => compareFiles(opened, asked));
    if (html !== undefined) {
      const { driftPage } = await import('./drift-page.ts');
      await written(html, driftPage(found));
    }
    if (json) for (const line of loneColumns(found)) out.stderr.write(`${line}\n`);
    out.stdout.write(json ? `${JSON.stringify(asJson(found), null, 2)}\n` : driftInText(found));
    return found.verdict === 'drift' ? 1 : 0;
  });
}

function read(words: readonly string[]) {
  const { values, positionals } = parseWords(
    {
      args: [...words],
      allowPositionals: true,
      options: {
        columns: { type: 'string', multiple: true },
        ignore: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        html: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    },
    USAGE,
  );
  if (!values.help && positionals.length !== 2)
    throw new BadInput('Comparing files takes two: a reference and what is current.', {
      next: `Usage: ${USAGE}`,
    });
  return { files: positionals, ...values };
}

/** As the documentation promises it: a figure that does not apply is missing. */
function asJson({ verdict, columns }: FilesCompared) {
  return {
    verdict,
    columns: columns.map(
      ({ name, type, rows, nulls, psi, js, wasserstein, ks, chi2, adjustedP, verdict }) => ({
        ...{ name, type, rows, nulls, psi, js, wasserstein, ks, chi2, adjustedP, verdict },
      }),
    ),
  };
}
