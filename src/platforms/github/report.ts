import type { Card } from '../../core/card.ts';
import { plain, table } from '../../core/markdown.ts';
import { oneLine } from '../../core/one-line.ts';
import type { MessageState } from '../../core/platform.ts';
import type { CheckRun } from './client.ts';

/** What GitHub takes in a check run's summary, in characters. */
const LONGEST = 65_000;
/** In the comment of a review, and in the description of a deployment's status. */
const LONGEST_COMMENT = 1000;
const LONGEST_STATUS = 140;

const LOOKS: Record<MessageState['outcome'], Pick<CheckRun, 'status' | 'conclusion'>> = {
  checking: { status: 'in_progress' },
  pending: { status: 'queued' },
  done: { status: 'completed', conclusion: 'success' },
  refused: { status: 'completed', conclusion: 'failure' },
  failed: { status: 'completed', conclusion: 'failure' },
};

/** A card as a check run. */
export function reportOf(
  card: Card,
  outcome: MessageState['outcome'],
  { about, mark }: { about: string; mark: string },
): CheckRun {
  return {
    name: `Wheelhouse: ${oneLine(about)}`,
    external_id: mark,
    ...LOOKS[outcome],
    output: { title: oneLine(card.title), summary: shortened(summaryOf(card), LONGEST) },
  };
}

/** What a card says, in one line, for a comment. */
export function commentOf({ title, text }: Card): string {
  return shortened(text ? `${oneLine(title)}. ${oneLine(text)}` : oneLine(title), LONGEST_COMMENT);
}

export const statusOf = ({ title }: Card): string => shortened(oneLine(title), LONGEST_STATUS);

function summaryOf({ title, text, facts = [], table: evidence, ...rest }: Card): string {
  const { folded, progress, actions = [], footer } = rest;
  return [
    // Whoever opens the report from a link sees no title.
    `**${plain(title)}**`,
    ...(text ? [text.split('\n').map(plain).join('\n\n')] : []),
    ...(progress ? [`${Math.round(100 * progress.share)}%: ${plain(progress.words)}`] : []),
    ...(facts.length > 0
      ? [facts.map(({ label, value }) => `- **${plain(label)}:** ${plain(value)}`).join('\n')]
      : []),
    ...(folded ? [`**${plain(folded.title)}**`] : []),
    ...(evidence
      ? [
          table(
            evidence.columns.map(plain),
            evidence.rows.map((row) => row.map(plain)),
          ),
        ]
      : []),
    ...(actions.length > 0
      ? [`In the channel: ${actions.map(({ label }) => plain(label)).join(', ')}.`]
      : []),
    ...(footer ? [plain(footer)] : []),
  ].join('\n\n');
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
