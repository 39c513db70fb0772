import { isFailed, whyFailed } from '../../core/judged-gate.ts';
import type { Checked } from './check.ts';
import type { Failure } from './files.ts';

/** What a check found, for the log of a job. */
export function inText(found: Checked | Failure, folder: string): string {
  const files = `\n  The comment, JUnit and JSON are in ${folder}. Nothing was registered.\n`;
  if ('why' in found) return `✖ ${found.model} cannot be trained.\n\n${found.why}\n${files}`;
  const { model, environment, gates, comparison, champion } = found;
  const failed = gates.filter(isFailed);
  const passed = gates.filter((gate) => gate.passed).length;
  const mark = failed.length === 0 ? '✔' : '✖';
  const verdict =
    comparison && champion ? `  ${comparison.verdict}, against ${champion.name}\n` : '';
  return [
    `${mark} ${model}: ${passed} of ${gates.length} gates for ${environment} passed.\n`,
    verdict,
    ...failed.map((gate) => `  ✖ ${gate.name}: ${whyFailed(gate)}\n`),
    files,
  ].join('');
}
