import { createHash } from 'node:crypto';
import { verify } from '@octokit/webhooks-methods';
import { z } from 'zod';
import { inWords, Refused } from '../../core/errors.ts';
import type { Dispatch, MessageState, Platform } from '../../core/platform.ts';
import type { Delivery, Receipt } from '../http/hooks.ts';
import type { AdapterParts } from '../kind.ts';
import type { GitHub } from './client.ts';
import { type Waiting, waitingIn } from './event.ts';
import { addressOf, type Place, placeAt } from './place.ts';
import { commentOf, reportOf, statusOf } from './report.ts';
import type { Settings } from './settings.ts';

const To = z.object({ channel: z.string() });
type Parts = Pick<AdapterParts, 'hooks' | 'endpointFor' | 'log'>;
type Speaking = Pick<Platform, 'start' | 'stop' | 'post' | 'edit'> &
  Required<Pick<Platform, 'answer'>>;

/**
 * GitHub takes part in requests: a job that waits for an environment becomes a request to promote the version of its
 * commit, the request is a check run there, and its end lets the job go on or not.
 */
export function createGitHubAdapter(settings: Settings, github: GitHub, parts: Parts): Speaking {
  const { hooks, endpointFor, log } = parts;
  let close: (() => void) | undefined;

  async function receive(dispatch: Dispatch, { headers, body }: Delivery): Promise<Receipt> {
    const text = Buffer.from(body).toString('utf8');
    const signature = headers['x-hub-signature-256'] ?? '';
    const isGitHub =
      text !== '' && signature !== '' && (await verify(settings.webhookSecret, text, signature));
    if (!isGitHub) return { status: 401, text: 'The signature is missing or wrong.' };
    const delivery = headers['x-github-delivery'] ?? '';
    if (!/^[\w-]{8,64}$/.test(delivery)) return { status: 400, text: 'The delivery has no ID.' };
    if (headers['x-github-event'] !== 'deployment_protection_rule')
      return { status: 200, text: 'Nothing is done about this event.' };
    const waiting = waitingIn(jsonIn(text));
    if (!waiting) return { status: 422, text: 'This is no deployment that waits.' };
    return ask(dispatch, waiting);
  }

  /** What a job waits for becomes a call by whoever started it. */
  async function ask(dispatch: Dispatch, { place, repository, by }: Waiting): Promise<Receipt> {
    const endpoint = endpointFor(repository, place.environment);
    if (!endpoint) {
      const comment = `Wheelhouse does not know the environment "${place.environment}" of ${repository}. Add it under "github" in wheelhouse.yaml.`;
      await github.review(place, { state: 'rejected', comment });
      return { status: 200, text: 'Rejected: this environment is not configured.' };
    }
    const from = addressOf(place);
    const input = { model: endpoint.model, commit: place.sha, to: endpoint.environment };
    await dispatch.take({
      what: { invocation: { id: eventOf(place), command: 'release', input, by, from } },
      to: { channel: from.channel },
    });
    return { status: 202, text: 'The request is being checked.' };
  }

  /** The report first: whoever is asked why finds the reason there. */
  async function decide(
    place: Place,
    card: Parameters<typeof commentOf>[0],
    outcome: MessageState['outcome'],
  ) {
    if (outcome === 'checking' || outcome === 'pending') return;
    const state = outcome === 'done' ? 'approved' : 'rejected';
    const isNew = await github.review(place, { state, comment: commentOf(card) });
    // After an approval GitHub itself says how the job goes on.
    if (isNew && state === 'rejected')
      await github.setStatus(place, { state: 'failure', description: statusOf(card) });
  }

  const aboutOf = (place: Place) =>
    `${endpointFor(`${place.owner}/${place.repo}`, place.environment)?.model ?? 'a model'} to ${place.environment}`;

  return {
    async start(dispatch) {
      close = hooks.open('github', (delivery) => receive(dispatch, delivery));
    },
    async stop() {
      close?.();
    },

    async post(where, card, { key, again, outcome, thread }) {
      // What is said in a thread is in the chats; a check run has none.
      if (thread !== undefined) return thread;
      const place = placeAt(where);
      const mark = markOf(key);
      const check = reportOf(card, outcome, { about: aboutOf(place), mark });
      const found = again ? await github.findCheck(place, check) : undefined;
      if (found !== undefined) await github.updateCheck(place, found, check);
      const id = found ?? (await github.createCheck(place, check));
      if (check.status !== 'completed')
        await github.setStatus(place, { state: 'queued', description: statusOf(card) });
      await decide(place, card, outcome);
      return `${id} ${mark}`;
    },

    async edit(where, message, card, { outcome }) {
      const place = placeAt(where);
      const [id = '', mark = ''] = message.split(' ');
      await github.updateCheck(place, id, reportOf(card, outcome, { about: aboutOf(place), mark }));
      await decide(place, card, outcome);
    },

    async answer(to, { subject, card, outcome }) {
      // The message of the request, which the outbox brings, answers it later.
      if (subject) return true;
      const { channel } = To.parse(to);
      const place = placeAt({ platform: 'github', channel });
      const mark = markOf(`answer ${channel}`);
      const check = reportOf(card, outcome, { about: aboutOf(place), mark });
      const found = await github.findCheck(place, check);
      if (found === undefined) await github.createCheck(place, check);
      await decide(place, card, outcome).catch((error: unknown) => {
        if (!(error instanceof Refused)) throw error;
        log.warn({ channel, why: inWords(error) }, 'GitHub was not answered');
      });
      return true;
    },
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * One deployment waits once, under whichever delivery GitHub, or somebody who has captured it, brings it. A job that is
 * started again has another deployment.
 */
const eventOf = ({ owner, repo, environment, run, deployment }: Place): string =>
  markOf(JSON.stringify([`${owner}/${repo}`.toLowerCase(), deployment, run, environment]));

/** Finds a check run again after a crash. */
const markOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32);
