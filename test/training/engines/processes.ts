import { readdirSync, readFileSync } from 'node:fs';

/** Processes of this machine with a word in their arguments, without the shells that start them. */
export function processesWith(word: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words[1] === '-e' && words[2]?.includes(word);
      } catch {
        return false;
      }
    });
}
