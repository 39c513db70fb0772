import { readSettings, type Settings } from '../../config/settings.ts';
import { BadInput } from '../core/errors.ts';
import { parseWords } from '../core/parse-words.ts';
import { bridge } from '../platforms/mcp/bridge.ts';
import { agentToken } from '../platforms/mcp/token.ts';
import { findBot } from '../platforms/terminal/whereabouts.ts';

const USAGE = 'npx wheelhouse mcp AGENT [--url ADDRESS] [--print-token]';

interface Out {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/**
 * `mcp AGENT`: serves the Model Context Protocol on standard input and output, as that agent of a running bot.
 * With WHEELHOUSE_AGENT_TOKEN it needs no other secret.
 */
export async function runMcp(
  words: readonly string[],
  out: Out,
  { environment: env }: Pick<Settings, 'environment'> = readSettings(),
): Promise<void> {
  const { values, positionals } = parseWords(
    {
      args: [...words],
      allowPositionals: true,
      options: { url: { type: 'string' }, 'print-token': { type: 'boolean' } },
    },
    USAGE,
  );
  const [agent, more] = positionals;
  if (agent === undefined || more !== undefined)
    throw new BadInput(agent === undefined ? 'Which agent?' : `"${more}" is one word too many.`, {
      next: `Usage: ${USAGE}`,
    });
  const own = env['WHEELHOUSE_AGENT_TOKEN'] || undefined;
  const flags = {
    ...{ wait: false, json: false, help: false },
    ...(values.url !== undefined && { url: values.url }),
    ...(own !== undefined && { token: own }),
  };
  const bot = await findBot(flags, env);
  const token = own ?? agentToken(bot.token, agent);
  if (values['print-token'] === true) {
    out.stdout.write(`${token}\n`);
    return;
  }
  await bridge({
    ...{ url: bot.url, token },
    say: (problem) => out.stderr.write(`wheelhouse mcp: ${problem}\n`),
  });
}
