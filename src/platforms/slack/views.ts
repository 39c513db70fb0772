import { createHash } from 'node:crypto';
import type { App } from '@slack/bolt';
import { z } from 'zod';
import { inputOf } from '../../core/form.ts';
import type { Reply } from '../../core/reply.ts';
import { idOf, placeOf, type SlackContext } from './context.ts';
import { codeOf, inOurWords } from './faults.ts';
import { Meta, modal } from './forms.ts';
import { within } from './patience.ts';
import { arrivalIn } from './receiver/gate.ts';
import { INPUT } from './render/fields.ts';
import { FORM } from './render/modal.ts';
import { valuesOf } from './render/values.ts';

const View = z.object({
  id: z.string(),
  hash: z.string(),
  private_metadata: z.string().transform((text, issues) => {
    const meta = Meta.safeParse(parsed(text)).data;
    if (!meta) issues.addIssue('a form was submitted without its metadata');
    return meta ?? z.NEVER;
  }),
  blocks: z.array(
    z.object({
      type: z.string(),
      block_id: z.string().default(''),
      label: z.object({ text: z.string() }).optional(),
    }),
  ),
  state: z.object({ values: z.unknown() }),
});
type View = z.infer<typeof View>;
const User = z.object({
  id: z.string(),
  name: z.string().optional(),
  team_id: z.string().optional(),
});
const SENT = z.object({
  user: User,
  view: View,
});
const CHANGED = z.object({
  user: User,
  view: View,
});

/**
 * If a form is not answered within three seconds of its submission, Slack shows its own error. Looking up the person and
 * storing the event take their part of them.
 */
const DECIDE_MS = 2000;

/** https://docs.slack.dev/surfaces/modals */
export function onForms(app: App, context: SlackContext): void {
  const { dispatch, members, submissions, web } = context;

  app.view(FORM, async ({ body, ack, context: bolt }) => {
    const { user, view } = SENT.parse(body);
    const { command, to } = view.private_metadata;
    const input = inputOf(valuesOf(view.state.values));
    // Whoever is told by Slack that it failed submits the same values again, and both are one. After an error of ours it
    // is another try, even with the same values: what was wrong may be right by now.
    const id = idOf(view.id, digestOf([input, submissions.errors(view.id)]));
    const invocation = {
      id,
      command,
      input,
      by: await members.identity(user.id, { name: user.name, team: user.team_id }),
      from: placeOf(to.channel),
    };
    const decide = submissions.open(id);
    try {
      // Stored first: a crash from here on loses nothing, because the stored event is handled after it. The stored event
      // and this call have the same ID, so it is done once and both get the same answer. Only who shows an error must
      // be decided: `answer` waits for `decide`.
      await dispatch.take({ what: { invocation }, to: { ...to, user: user.id, form: id } });
      const left = DECIDE_MS - (performance.now() - arrivalIn(bolt).at);
      const reply = await within(Math.max(0, left), dispatch.invoke(invocation));
      const errors = reply && mistakesIn(reply, view);
      if (errors) submissions.showError(view.id);
      decide(errors !== undefined);
      await (errors ? ack({ response_action: 'errors', errors }) : ack());
    } finally {
      decide(false);
    }
  });

  app.action(INPUT, async ({ body, ack }) => {
    await ack();
    const { user, view } = CHANGED.parse(body);
    const { command, to } = view.private_metadata;
    context.later('changing a form', async () => {
      const by = await members.identity(user.id, { name: user.name, team: user.team_id });
      const given = valuesOf(view.state.values);
      const form = await dispatch.form({ command, given, by, from: placeOf(to.channel) });
      if (!form) return;
      const { id: view_id, hash } = view;
      const meta = { command, to };
      await web.views.update({ view_id, hash, view: modal(form, meta) }).catch((error: unknown) => {
        const movedOn = ['hash_conflict', 'not_found'].includes(codeOf(error) ?? '');
        // If it has changed, they chose again in the meantime, or closed it.
        if (!movedOn) throw inOurWords(error, 'changing a form');
      });
    });
  });
}

/** An error that the person can correct, next to the field that it names in quotes, or else the first. */
function mistakesIn({ fault, card }: Reply, { blocks }: View): Record<string, string> | undefined {
  if (fault !== 'usage' && fault !== 'refused') return undefined;
  const fields = blocks.filter(({ type }) => type === 'input');
  const named = [...card.title.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
  const field =
    fields.find(({ block_id, label }) => {
      const names = [block_id, block_id.split('.').at(-1), label?.text];
      return named.some((name) => names.includes(name));
    }) ?? fields[0];
  return field && { [field.block_id]: card.title };
}

const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
