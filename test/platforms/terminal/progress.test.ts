import { describe, expect, it } from 'vitest';
import type { Card } from '../../../src/core/card.ts';
import { createProgress } from '../../../src/platforms/terminal/progress.ts';

const at = (share: number, words = 'fitting trees'): Card => ({
  title: 'Training',
  tone: 'progress',
  progress: { share, words },
});

function screen(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, columns: 40, write: (text: string) => written.push(text) };
}

describe('platforms/terminal/progress', () => {
  it('redraws one line in place on a terminal, no wider than it is', () => {
    const tty = screen(true);
    const progress = createProgress(tty);
    progress.show(at(0.1));
    progress.show(at(0.1));
    progress.show(at(0.2));
    progress.clear();
    expect(tty.written).toEqual([
      '… working  Training   10% [##----------',
      '\r\u001b[2K',
      '… working  Training   20% [####--------',
      '\r\u001b[2K',
    ]);
  });

  it('keeps what is said above the line', () => {
    const tty = screen(true);
    const progress = createProgress(tty);
    progress.say('first');
    progress.show(at(0));
    progress.say('second');
    const [first, line, ...rest] = tty.written;
    expect(first).toBe('first\n');
    expect(rest).toEqual(['\r\u001b[2K', `second\n${line}`]);
  });

  it('writes a line for each milestone elsewhere', () => {
    const file = screen(false);
    const progress = createProgress(file);
    for (let percent = 0; percent <= 30; percent += 1)
      progress.show(at(percent / 100, `${percent}`));
    progress.show({ title: 'Trained', tone: 'success' });
    progress.clear();
    expect(file.written).toHaveLength(5);
    expect(file.written.at(-1)).toBe('✔ success  Trained\n');
    expect(file.written.join('')).not.toMatch(/[^\P{Cc}\n]/u);
  });
});
