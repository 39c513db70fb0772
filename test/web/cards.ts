import type { Card } from '../../src/core/card.ts';

/** One card of every kind, with the longest and widest content. */
export const cards = (sha256: string): Card[] => [
  {
    title: 'flights v2 is better than v1',
    tone: 'success',
    text: 'AUC differs by +0.012 (95% interval +0.006 to +0.019, p 0.0002) on the same 18,200 rows.',
    facts: [
      { label: 'Requested by', value: 'Ada Lovelace' },
      { label: 'Data', value: '1 Jun 2001 to 14 Jun 2001' },
    ],
    table: {
      columns: ['Metric', 'v1 (champion)', 'v2 (challenger)', 'Difference', '95% interval', 'p'],
      rows: [
        ['AUC (decides)', '0.685', '0.698', '+0.012', '+0.006 to +0.019', '0.0002'],
        ['F1', '0.202', '0.209', '+0.007', '−0.006 to +0.020', '0.2589'],
      ],
    },
    pictures: [{ sha256, alt: 'ROC curves of v1 and v2', width: 40, height: 30 }],
    footer: 'run-b94jc9w8',
  },
  {
    title: 'Approve flights v2 for production?',
    tone: 'note',
    table: {
      columns: ['Gate', 'Result', 'Why'],
      rows: [
        ['smoke test', '✓ passed', 'Answered 300 held-out rows, each with a number from 0 to 1.'],
        ['AUC', '✗ failed', 'AUC is 0.639; the minimum is 0.65.'],
      ],
    },
    actions: [
      { label: 'Approve', command: 'approve', argument: 'a', style: 'primary', confirm: 'Sure?' },
      { label: 'Reject', command: 'reject', argument: 'a', style: 'danger', confirm: 'Reject it?' },
    ],
    reactions: [
      { emoji: 'white_check_mark', meaning: 'approve' },
      { emoji: 'x', meaning: 'reject' },
    ],
  },
  {
    title: 'flights: data drift',
    tone: 'warning',
    table: { columns: ['Column', 'PSI'], rows: [['recent_lateness', '0.320']] },
  },
  {
    title: 'Training flights failed',
    tone: 'danger',
    text: 'The program ended with exit code 1.',
    actions: [{ label: 'Show the log', command: 'logs', argument: 'run-1' }],
  },
  {
    title: 'Training flights',
    tone: 'progress',
    progress: { share: 0.4, words: '40 of 100 trees' },
    actions: [{ label: 'Cancel', command: 'cancel', argument: 'run-2' }],
  },
];
