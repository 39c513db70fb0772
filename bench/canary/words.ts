/** A line of one of the tables: how often it was stopped falsely, or after how many requests. */
export interface Row {
  words: string;
  falsely?: { ours: number; fixed: number };
  /** Of each canary; undefined where it was not stopped. */
  after?: (number | undefined)[];
  longest?: number;
}

interface Sizes {
  same: number;
  requests: number;
  worse: number;
}

const START = '<!-- Written by npm run simulate:canary. -->';
const END = '<!-- End of what npm run simulate:canary writes. -->';

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const count = (value: number): string => Math.round(value).toLocaleString('en-GB');

export function tablesOf(rows: readonly Row[], { same, requests, worse }: Sizes): string {
  const falsely = rows.flatMap(({ words, falsely }) =>
    falsely ? [`| ${words} | ${percent(falsely.ours)} | ${percent(falsely.fixed)} |`] : [],
  );
  const after = rows.flatMap(({ words, after, longest }) => {
    if (!after || longest === undefined) return [];
    const found = after.flatMap((one) => one ?? []).toSorted((a, b) => a - b);
    const at = (share: number) =>
      found[Math.min(found.length - 1, Math.floor(share * after.length))];
    const median = found.length > after.length / 2 ? count(at(0.5) ?? 0) : `> ${count(longest)}`;
    const most = found.length > 0.9 * after.length ? count(at(0.9) ?? 0) : `> ${count(longest)}`;
    return [`| ${words} | ${percent(found.length / after.length)} | ${median} | ${most} |`];
  });
  return [
    `${count(same)} canaries that are no worse, ${count(requests)} requests each, watched after every request:`,
    '',
    '| Canary | Stopped falsely | By a test for a fixed number of requests, at 5% |',
    '| --- | --- | --- |',
    ...falsely,
    '',
    `${count(worse)} canaries that are worse, with 25% of the requests:`,
    '',
    '| Canary | Stopped | Requests until then, median | 9 of 10 |',
    '| --- | --- | --- | --- |',
    ...after,
  ].join('\n');
}

/** The page with the tables between the two comments. */
export function intoPage(page: string, tables: string): string {
  const [before, rest] = page.split(START);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`docs/rollout.md lacks "${START}" or its end.`);
  return `${before}${START}\n\n${tables}\n\n${END}${after}`;
}
