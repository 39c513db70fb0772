import { setTimeout as pause } from 'node:timers/promises';
import { webApi } from '@slack/bolt';
import { z } from 'zod';
import { inWords } from '../../core/errors.ts';
import type { CheckResult, Samples } from '../kind.ts';
import { boltLogger, withoutSecrets } from './bolt-log.ts';
import { inOurWords } from './faults.ts';
import { modal } from './forms.ts';
import type { Block } from './render/blocks.ts';
import { toHome } from './render/home.ts';
import { toMessage } from './render/message.ts';
import { type Newer, newerOf } from './render/newer.ts';
import type { SlackSettings } from './settings.ts';
import { createWeb } from './web.ts';

const SILENT = { info() {}, warn() {}, error() {} };
/** Slack documents no rate limit for this method. */
const MOST_WAITS = 5;

const Faults = z.object({
  errors: z.array(z.object({ pointer: z.string().default(''), message: z.string().default('') })),
});
type Fault = z.infer<typeof Faults>['errors'][number];
type Payload = webApi.BlocksValidateArguments;

/**
 * Lets Slack validate every card and form, and lists those with errors. Posts nothing, never throws.
 * https://docs.slack.dev/reference/methods/blocks.validate
 */
export async function validateSlack(
  { SLACK_BOT_TOKEN: token, SLACK_API_URL: apiUrl }: SlackSettings,
  { cards, forms }: Samples,
): Promise<CheckResult[]> {
  const { client } = createWeb({ token, apiUrl, logger: boltLogger(SILENT) });
  const ask = (payload: Payload) => faultsOf(client, payload);
  const findings: CheckResult[] = [];
  try {
    for (const [name, card] of cards) {
      const { blocks } = toMessage(card);
      const faults = await ask({ message: { blocks } });
      const avoid = new Set(faults.flatMap((fault) => newerAt(fault, blocks) ?? []));
      const left =
        avoid.size > 0
          ? await ask({ message: { blocks: toMessage(card, { avoid }).blocks } })
          : faults;
      findings.push(...left.map((fault) => wrong(`the card "${name}"`, fault)));
      if (avoid.size > 0 && left.length === 0)
        findings.push({
          what: `the card "${name}" is sent without ${[...avoid].join(' and ')}, which Slack refuses: ${faults.map(({ message }) => message).join('; ')}`,
          ok: true,
        });
    }
    const shown = cards.map(([, card]) => card);
    const refused = await ask({ view: toHome(shown) });
    const home = refused.length > 0 ? await ask({ view: toHome(shown, false) }) : [];
    findings.push(...home.map((fault) => wrong('the Home tab', fault)));
    if (refused.length > 0 && home.length === 0)
      findings.push({
        what: `the Home tab is shown without data_table, which Slack refuses there: ${refused.map(({ message }) => message).join('; ')}`,
        ok: true,
      });
    for (const [name, form] of forms) {
      const to = { user: 'U0', channel: 'C0' };
      const faults = await ask({ view: modal(form, { command: form.command, to }) });
      findings.push(...faults.map((fault) => wrong(`the form "${name}"`, fault)));
    }
  } catch (error) {
    const why = inWords(inOurWords(error, 'validating the cards'));
    return [
      ...findings,
      { what: 'not all cards could be validated', ok: false, next: withoutSecrets(why) },
    ];
  }
  const ok = findings.every((finding) => finding.ok);
  if (ok)
    findings.push({
      what: `Slack accepts all ${cards.length} kinds of card, the Home tab and ${forms.length} forms`,
      ok,
    });
  return findings;
}

/** Empty if Slack would accept it. Throws if Slack does not answer. */
async function faultsOf(client: webApi.WebClient, payload: Payload): Promise<Fault[]> {
  for (let waits = 0; ; waits += 1) {
    try {
      await client.blocks.validate(payload);
      return [];
    } catch (error) {
      if (error instanceof webApi.WebAPIRateLimitedError && waits < MOST_WAITS) {
        await pause(error.retryAfter * 1000);
        continue;
      }
      const faults =
        error instanceof webApi.WebAPIPlatformError ? Faults.safeParse(error.data).data : undefined;
      if (!faults || faults.errors.length === 0) throw error;
      return faults.errors;
    }
  }
}

function newerAt({ pointer }: Fault, blocks: readonly Block[]): Newer | undefined {
  const at = /^(?:\/blocks)?\/(\d+)/.exec(pointer)?.[1];
  const block = at === undefined ? undefined : blocks[Number(at)];
  return block && newerOf(block);
}

function wrong(what: string, { pointer, message }: Fault): CheckResult {
  return {
    what: `${what}: ${message || 'refused without a reason'} (at ${pointer || 'an unknown place'})`,
    ok: false,
    next: 'This is a fault of Wheelhouse: until it is mended, such messages are sent as plain text.',
  };
}
