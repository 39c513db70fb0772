import { duration, figure, plural, span } from '../../core/figures.ts';
import { figures } from '../../tasks/words.ts';
import type { Rehearsal } from './rehearse.ts';

/** Where the model is, as it was asked for, and who could train it. */
interface About {
  workspace: string | undefined;
  as: string | undefined;
}

/** What a trial found, for a terminal. */
export function inText(found: Rehearsal, { workspace, as = 'PERSON' }: About): string {
  const { training, heldOut, tookMs } = found;
  const parameters = Object.entries(found.parameters).map(([name, value]) => `${name}=${value}`);
  const facts: [string, string][] = [
    ['Trained on', `${figure(training.rows)} rows, ${span(training.window)}`],
    ...(parameters.length > 0 ? [['Parameters', parameters.join(', ')] as [string, string]] : []),
    ['Model', `${figure(Math.ceil(found.modelBytes / 1024))} kB, fits the declared features`],
    ...(Object.keys(found.reported).length > 0
      ? [['It reported', figures(found.reported, 6)] as [string, string]]
      : []),
    [
      'Evaluated on',
      `${figure(heldOut.rows)} rows, ${span(heldOut.window)}, ${heldOut.composition}`,
    ],
    ['Result', figures(found.metrics, 8, found.unit)],
    [
      'Took',
      `dataset ${duration(tookMs.dataset)}, training ${duration(tookMs.training)}, held-out days ${duration(tookMs.heldOut)}, scoring ${duration(tookMs.scoring)}`,
    ],
  ];
  const width = Math.max(...facts.map(([label]) => label.length));
  const { warnings } = found;
  const heading = `✔ ${found.model} can be trained${warnings.length > 0 ? `, with ${plural(warnings.length, 'warning')}` : ''}. Nothing was registered.`;
  // Beside the workspace, so that the state of another demo is left alone.
  const home = workspace === undefined ? '' : `WHEELHOUSE_HOME=${word(`${workspace}-state`)} `;
  const settings = workspace === undefined ? '' : `WHEELHOUSE_WORKSPACE=${word(workspace)} ${home}`;
  return [
    heading,
    '',
    ...facts.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`),
    ...(warnings.length > 0 ? ['', ...warnings.map((warning) => `  ⚠ ${warning}`)] : []),
    '',
    '  Next: start Wheelhouse, and from another terminal train the model:',
    `    ${settings}npm run demo`,
    `    ${home}npx wheelhouse train ${found.model} --as ${as} --wait`,
    '',
  ].join('\n');
}

/** As one word for a shell. */
const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
