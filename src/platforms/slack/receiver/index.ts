import type { Logger, Receiver } from '@slack/bolt';
import type { Clock } from '../../../core/clock.ts';
import { BadInput } from '../../../core/errors.ts';
import type { Log } from '../../../core/log.ts';
import type { SlackSettings } from '../settings.ts';
import type { Web } from '../web.ts';
import { createGate } from './gate.ts';
import { createHttpReceiver } from './http.ts';
import { createSocketReceiver } from './socket.ts';

interface Parts {
  web: Pick<Web, 'options'>;
  logger: Logger;
  clock: Clock;
  onReconnect: () => void;
  onHopeless: (error: Error) => void;
  log: Log;
}

/** Socket Mode if there is a token for it; otherwise requests to a port of ours. */
export function openReceiver(
  settings: SlackSettings,
  { web, logger, clock, onReconnect, onHopeless, log }: Parts,
): Receiver & { url?(): string } {
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = settings;
  const gate = createGate();
  if (appToken !== undefined) {
    if (signingSecret !== undefined)
      log.info(
        { platform: 'slack' },
        'Socket Mode: SLACK_SIGNING_SECRET is not needed with SLACK_APP_TOKEN',
      );
    const clientOptions = { ...web.options };
    return createSocketReceiver({
      ...{ appToken, clientOptions, logger, gate, onReconnect, onHopeless, log },
    });
  }
  if (signingSecret === undefined)
    throw new BadInput('The Slack adapter needs SLACK_APP_TOKEN or SLACK_SIGNING_SECRET.');
  const { SLACK_HOST: host, SLACK_PORT: port } = settings;
  return createHttpReceiver({ host, port, signingSecret, gate, clock, log });
}
