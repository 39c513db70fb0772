import { runData } from '../src/cards/run.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { FINAL } from '../src/core/ports/runs.ts';
import { ephemeral } from '../src/core/reply.ts';
import { idOption, limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const logs = defineCommand({
  name: 'logs',
  summary: 'Show the last log lines of a run',
  role: 'viewer',
  agents: 'answer',
  words: ['run'],
  options: {
    run: idOption('Run ID', 'run'),
    lines: {
      ...limitOption,
      schema: limitOption.schema.unwrap().default(20),
      summary: 'Number of lines',
    },
  },
  examples: ['/logs run-7k2f9qab --lines 50'],

  async run({ run: id, lines }, { runs, runFolders }: Needs<'runs' | 'runFolders'>) {
    const run = await runs.get(id);
    const tail = await runFolders.tail(run.id, lines);
    const none = FINAL.includes(run.status) ? 'It wrote no log lines.' : 'No log lines yet.';
    const text = tail.length > 0 ? tail.join('\n') : none;
    // A failure outside of the program, e.g. of the queue, is not in its log.
    const error = run.error !== undefined && !text.includes(run.error) ? run.error : undefined;
    return ephemeral(
      {
        title: `Log of ${run.id} (${run.status})`,
        tone: run.status === 'failed' ? 'danger' : 'note',
        text: error === undefined ? text : `${text}\n\nWhy it failed: ${error}`,
      },
      { run: runData(run), lines: tail },
    );
  },
});
