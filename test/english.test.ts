import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const READ = [
  ...['src', 'commands', 'jobs', 'config', 'docs', 'examples', 'README.md'],
  ...['web', 'bench', 'scripts'],
];

/** Phrases that no product page uses, and what to write instead. */
const BANNED: readonly [RegExp, string][] = [
  [/\bh(?:old|olds|eld|olding) (?:\w+ ){0,4}against\b/i, 'compare with'],
  [/what there is to (?:say|ask)|what you can say/i, 'commands'],
  [/nobody has taken/i, 'unacknowledged'],
  [/(?:looks|look) after (?:it|an alert)\b/i, 'acknowledge'],
  [/\bnobody of (?:this|the) workspace/i, 'not in this workspace'],
  [/\bnothing (?:says|shows) that\b/i, 'may be'],
  [/\bask(?:s|ed)? for patience\b|\bwants a pause\b/i, 'rate limit'],
  [/\bstays? shut\b/i, 'is disabled'],
  [/\bthings have to be mended\b/i, 'problems must be fixed'],
  [/\bbrings? servers of its own\b/i, 'starts its own servers'],
  [/\bit said last\b/i, 'last output'],
  [/\bis away\b/i, 'is unreachable'],
  [/\bgo(?:es|ing)? on (?:answering|trying|waiting)\b/i, 'keeps serving, retrying, waiting'],
  [/\bof patience\b/i, 'rate limit'],
  [/\bnone of (?:ours|our business)\b/i, 'not ours'],
  [/\bthe word of\b/i, 'name who said it'],
  [/\b(?:hallway|dumbwaiter|night watch)\b/i, 'the terms of docs/decisions'],
  [/\bpapers of a platform\b/i, 'manifest'],
  [/\bwas here before\b/i, 'was already processed'],
  [/(?<!there )\bis no (?:Parquet|ONNX|id|tensor|environment|feature)\b/i, 'is not a'],
  [/\bended well\b/i, 'succeeded'],
  [/\bfor want of\b/i, 'without'],
  [/\bhalf set\b/i, 'only partly configured'],
  [/\bcannot be meant\b/i, 'is not possible'],
  [/\bstands? there twice\b/i, 'is listed twice'],
  [/\b(?:people|somebody|must) mend\b/i, 'fix'],
  [/\bis no (?:cron|metric|sandbox|wall)\b/i, 'is not a'],
  [/\bhuman may own\b/i, 'may belong to one person'],
  [/\bso many (?:rows|lines|windows|bytes|requests)\b/i, 'this many'],
  [/\btakes? any free one\b/i, 'picks a free port'],
  [/[\d}] %/, '95%'],
];

const files = execFileSync('git', ['ls-files', '--', ...READ], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((name) => /\.(tsx?|mjs|md|yaml)$/.test(name));

describe('plain English', () => {
  it('reads the files of the project', () => {
    expect(files.length).toBeGreaterThan(300);
  });

  it.each(BANNED)('%s is written "%s"', (phrase) => {
    const found = files.flatMap((name) => {
      // A phrase may continue on the next line of a comment or paragraph.
      const text = readFileSync(new URL(name, `file://${ROOT}`), 'utf8').replace(
        /\n\s*(?:\*|\/\/)? ?/g,
        ' ',
      );
      const hit = phrase.exec(text);
      return hit ? [`${name}: …${text.slice(Math.max(0, hit.index - 30), hit.index + 60)}…`] : [];
    });
    expect(found).toEqual([]);
  });
});
