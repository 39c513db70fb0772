import { randomUUID } from 'node:crypto';
import { commands } from '../../commands/index.ts';
import { openDesk } from '../commands/desk.ts';
import { assault, describe, expect, it, requireCleanPrototypes } from './assault.ts';
import type { Source } from './source.ts';

const NAMES = commands.map(({ name }) => name);
/** What people without rights to change anything may ask; those with rights only get refusals. */
const ASKERS = ['viewer', 'dev', 'lead', 'nobody', '__proto__', ''];
/** Redeems a code that links nobody until it is confirmed. */
const HARMLESS = new Set(['link']);

function line(source: Source): {
  command: string;
  input: string | string[] | Record<string, unknown>;
} {
  const command = source.chance(0.9) ? source.pick(NAMES) : source.text(200);
  const option = source.pick([
    '--from',
    '--to',
    '--in',
    '--reason',
    '--limit',
    '--status',
    '--model',
    `--${source.text(20)}`,
  ]);
  const words = [source.text(300), option, source.text(300)];
  const kind = source.int(0, 4);
  if (kind === 0) return { command, input: source.text(9000) };
  if (kind === 1) return { command, input: words };
  if (kind === 2) {
    const json = source.json(3);
    return {
      command,
      input:
        typeof json === 'object' && json !== null && !Array.isArray(json)
          ? { ...json }
          : { model: json },
    };
  }
  if (kind === 3)
    return {
      command,
      input: {
        model: 'flights',
        version: source.json(1),
        approval: source.json(1),
        [source.text(20)]: source.json(2),
      },
    };
  return { command, input: `${source.text(60)} ${words.join(' ')}` };
}

describe('abuse: commands', () => {
  it('answers every hostile call with a refusal in one line, and changes nothing', async () => {
    const desk = await openDesk();
    try {
      const first = await desk.addVersion('run-1');
      await desk.addVersion('run-2');
      await desk.goLive(1, first.artifact.sha256);
      const before = await desk.everything();
      await assault('commands', {
        async attack(source) {
          const { command, input } = line(source);
          const by = {
            platform: source.pick(['web', 'terminal', 'slack', source.text(20)]),
            user: source.pick(ASKERS),
            name: source.text(50),
          };
          const reply = await desk.invoke({
            id: randomUUID(),
            command,
            input,
            by,
            from: { platform: by.platform, channel: source.text(50) },
          });
          expect(reply.card.title).not.toMatch(/[\n\r]/);
          expect(reply.card.title.length).toBeLessThan(3000);
          expect(reply.fault).not.toBe('failed');
        },
        async unharmed() {
          expect(withoutOffers(await desk.everything())).toBe(withoutOffers(before));
          requireCleanPrototypes();
        },
      });
    } finally {
      await desk.close();
    }
  });
});

/** Codes that were offered to this user: /link gives one to anybody. */
function withoutOffers(everything: string): string {
  const [collections, ...rest]: [[string, unknown[]][], ...unknown[]] = JSON.parse(everything);
  return JSON.stringify([
    collections.filter(([name]) => !(name.startsWith('link-offers') && HARMLESS.has('link'))),
    ...rest,
  ]);
}
