import { z } from 'zod';
import { recordDue } from '../jobs/steps/record-due.ts';
import { handedOverCard, onCallCard, placesOf, takenBackCard } from '../src/cards/on-call.ts';
import type { Asking } from '../src/core/command.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import type { Endpoint } from '../src/core/endpoint.ts';
import { BadInput, inWords, NotFound, Refused, Unreachable } from '../src/core/errors.ts';
import { specIn } from '../src/core/model.ts';
import { holds } from '../src/core/people.ts';
import type { AuditDraft } from '../src/core/ports/audit.ts';
import type { Handover } from '../src/core/ports/endpoints.ts';
import { answer, type Reply } from '../src/core/reply.ts';
import { anyEnvironmentOption, anyModelOption, timeOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { mentionOf, onCallAt } from '../src/release/on-call.ts';
import { demandChange } from './steps/demand-change.ts';

type Parts = Needs<
  'models' | 'environments' | 'endpoints' | 'people' | 'audit' | 'dueEvents' | 'clock' | 'freezes'
>;

/** A handover is for a shift or a holiday; for longer, the file says who it is. */
const LONGEST_MS = 30 * 86_400_000;

export const oncall = defineCommand({
  name: 'oncall',
  summary: 'Show who is called about alerts, or hand over to somebody until a time',
  role: 'viewer',
  agents: ({ to, back }) => (to !== undefined || back ? 'propose' : 'answer'),
  words: ['model'],
  options: {
    model: anyModelOption,
    in: anyEnvironmentOption,
    to: option(z.string().trim().min(1).optional(), 'Hand over to this person', {
      placeholder: 'PERSON',
    }),
    until: timeOption('When the handover ends, in UTC'),
    back: option(z.boolean('takes no value').default(false), 'End a handover now', { flag: true }),
  },
  examples: ['/oncall', '/oncall flights --to lead --until "2026-12-01 09:00"', '/oncall --back'],

  async run({ model, in: where, to, until, back }, needs: Parts, asking) {
    const endpoints = endpointsOf({ model, where }, needs);
    if (to !== undefined && back) throw new BadInput('Say either --to or --back.');
    if (to !== undefined) return handOver(endpoints, { to, until }, needs, asking);
    if (until) throw new BadInput('Say with --to who is on call until then.');
    return back ? takeBack(endpoints, needs, asking) : show(endpoints, needs);
  },
});

function endpointsOf(
  { model, where }: { model: string | undefined; where: string | undefined },
  { models, environments }: Parts,
): Endpoint[] {
  const named = model === undefined ? models.list() : [models.get(model)];
  const places = where === undefined ? environments.list() : [environments.get(where)];
  return named.flatMap(({ name }) => places.map((environment) => ({ model: name, environment })));
}

async function show(endpoints: readonly Endpoint[], needs: Parts): Promise<Reply> {
  const { models, people, clock } = needs;
  const rows = [];
  for (const endpoint of endpoints) {
    const { alerting } = specIn(models.get(endpoint.model), endpoint.environment);
    const state = await needs.endpoints.get(endpoint);
    const oncall = onCallAt(alerting, state, people, clock.now());
    rows.push({ ...endpoint, oncall, usually: alerting?.oncall?.words });
  }
  const data = rows.map(({ model, environment, oncall: on }) => ({
    ...{ model, environment, oncall: on?.person ?? on?.words ?? null, until: on?.until ?? null },
  }));
  return answer(onCallCard(rows), { oncall: data });
}

async function handOver(
  endpoints: readonly Endpoint[],
  { to, until }: { to: string; until: Date | undefined },
  needs: Parts,
  asking: Asking,
): Promise<Reply> {
  const now = needs.clock.now();
  const next = { next: 'E.g. --until "2026-12-01 09:00", in UTC.' };
  if (!until) throw new BadInput('Say with --until when the handover ends.', next);
  if (until <= now) throw new BadInput('That time is over, so nothing was handed over.', next);
  if (until.getTime() - now.getTime() > LONGEST_MS)
    throw new BadInput('A handover lasts 30 days at most. Nothing was handed over.', {
      next: 'For longer, change `oncall` in wheelhouse.yaml.',
    });
  const person = needs.people.byId(to);
  if (!person)
    throw new NotFound(`There is no person "${to}", so nothing was handed over.`, {
      next: 'Their IDs are under `people` in wheelhouse.yaml.',
    });
  // All of it is checked before any of it is done.
  for (const { environment } of endpoints) {
    await demandChange(environment, needs, asking);
    if (!holds(person, 'operator', environment))
      throw new Refused(
        `${person.name} is no operator in ${environment}, and could do nothing about an alert. Nothing was handed over.`,
      );
  }
  const handover = { person: person.id, by: asking.by.id, since: now, until };
  await inEach(endpoints, 'Handing over', (one) => record(one, handover, needs, asking));
  const called = { ...mentionOf(person, needs.people), until };
  const card = handedOverCard(endpoints, called, { by: asking.by.name, until });
  return answer(card, { oncall: person.id, until, endpoints: [...endpoints] });
}

async function takeBack(
  endpoints: readonly Endpoint[],
  needs: Parts,
  asking: Asking,
): Promise<Reply> {
  for (const { environment } of endpoints) await demandChange(environment, needs, asking);
  const over = await inEach(endpoints, 'Ending the handover', (one) =>
    record(one, null, needs, asking),
  );
  if (over.length === 0) throw new Refused('There is no handover there, so nothing was changed.');
  const usually = over.flatMap(({ model, environment }) => {
    const { alerting } = specIn(needs.models.get(model), environment);
    return alerting?.oncall ? [alerting.oncall.words] : [];
  });
  return answer(takenBackCard(over, usually), { endpoints: over });
}

/**
 * @returns those for which it did something
 * @throws Unreachable that says for which it is done, if it is for some of them
 */
async function inEach(
  endpoints: readonly Endpoint[],
  doing: string,
  act: (endpoint: Endpoint) => Promise<boolean>,
): Promise<Endpoint[]> {
  const done: Endpoint[] = [];
  for (const [at, endpoint] of endpoints.entries())
    try {
      if (await act(endpoint)) done.push(endpoint);
    } catch (cause) {
      if (done.length === 0) throw cause;
      throw new Unreachable(
        `${doing}: it is done for ${placesOf(done)}, but not for ${placesOf(endpoints.slice(at))}. ${inWords(cause)}`,
        { next: 'Run the command again for the rest.', cause },
      );
    }
  return done;
}

/** False if there was nothing to take back. */
async function record(
  endpoint: Endpoint,
  handover: Handover | null,
  needs: Parts,
  { id: call, by, from }: Asking,
): Promise<boolean> {
  const { endpoints, audit } = needs;
  const id = `oncall-${from.platform}-${call}-${endpoint.model}-${endpoint.environment}`;
  // The same call may have done it before its process died. It is not done again: somebody may have changed it since.
  await recordDue(needs);
  if (await audit.find(id)) return true;
  let event: AuditDraft | undefined;
  await endpoints.change(endpoint, ({ oncall: before }) => {
    event = undefined;
    if (!handover && !before) return undefined;
    event = {
      ...{ id, by: by.id, action: handover ? 'oncall.handover' : 'oncall.back' },
      ...{ subject: `${endpoint.model} in ${endpoint.environment}`, ...endpoint },
      ...{ via: from.platform, before: inRecord(before), after: inRecord(handover) },
    };
    return { oncall: handover, events: [event] };
  });
  if (!event) return false;
  // It is stored with the change: if it cannot be recorded now, it is later.
  await audit.append(event).catch(recordedLater);
  return true;
}

function recordedLater(error: unknown): void {
  if (!(error instanceof Unreachable)) throw error;
}

const inRecord = (handover: Handover | null | undefined) =>
  handover ? { person: handover.person, until: handover.until.toISOString() } : null;
