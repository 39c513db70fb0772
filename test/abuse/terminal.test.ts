import { ephemeral } from '../../src/core/reply.ts';
import { runCli } from '../../src/platforms/terminal/cli.ts';
import { scriptedDispatch } from '../fakes/dispatch.ts';
import { makeAdapters, TOKEN } from '../platforms/terminal/open-adapters.ts';
import {
  assault,
  describe,
  expect,
  it,
  requireCleanPrototypes,
  requireNoSecret,
} from './assault.ts';
import type { Source } from './source.ts';

const FLAGS = [
  '--as',
  '--as=',
  '--url',
  '--url=',
  '--token',
  '--token=',
  '--follow',
  '--follow=',
  '--json',
  '--wait',
  '--help',
  '--',
  '-h',
  '---',
  '--__proto__=1',
  '--constructor',
];

/** Arguments as a shell would pass them: any text without a zero byte. */
function words(source: Source): string[] {
  return Array.from({ length: source.int(0, 6) }, () =>
    (source.chance(0.4) ? source.pick(FLAGS) : source.text(9000)).replaceAll('\0', ''),
  );
}

describe('abuse: terminal', () => {
  it('ends every hostile command line with an exit code and a clean message', async () => {
    const adapters = makeAdapters();
    const dispatch = scriptedDispatch({
      invoke: () => ephemeral({ title: 'InboundEvent', tone: 'note' }),
    });
    await adapters.start(dispatch);
    const env = { WHEELHOUSE_URL: adapters.url(), WHEELHOUSE_TOKEN: TOKEN };

    async function say(argv: readonly string[]): Promise<{ exit: number; said: string }> {
      let said = '';
      const screen = {
        columns: 80,
        write(text: string) {
          said += text;
        },
      };
      const exit = await runCli(argv, {
        env,
        stdout: screen,
        stderr: screen,
        commands: async () => [],
        onInterrupt: () => () => {},
      });
      return { exit, said };
    }

    try {
      await assault('terminal', {
        async attack(source) {
          // Commands that wait or reach another machine have their own tests.
          const argv = words(source).filter((word) => !/^--(url|follow)/.test(word));
          const { exit, said } = await say(argv);
          expect([0, 1, 2, 3]).toContain(exit);
          requireNoSecret([TOKEN], said);
          // No input may send control sequences to the terminal that shows the answer.
          expect(said).not.toMatch(/(?![\n\t])\p{Cc}/u);
        },
        async unharmed() {
          const { exit, said } = await say(['status', '--as', 'ada']);
          expect({ exit, said }).toEqual({
            exit: 0,
            said: expect.stringContaining('InboundEvent'),
          });
          requireCleanPrototypes();
        },
      });
      for (const { command, input } of dispatch.invocations) {
        expect(typeof command).toBe('string');
        expect(Array.isArray(input) && input.every((word) => typeof word === 'string')).toBe(true);
      }
    } finally {
      await adapters.stop();
    }
  });
});
