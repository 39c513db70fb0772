import { z } from 'zod';
import type { FormValues } from '../../../core/form.ts';
import { INPUT } from './fields.ts';

const Input = z.union([
  z.object({
    type: z.enum(['plain_text_input', 'number_input']),
    value: z.string().nullish(),
  }),
  z.object({ type: z.literal('datepicker'), selected_date: z.string().nullish() }),
  z.object({
    type: z.literal('static_select'),
    selected_option: z.object({ value: z.string() }).nullish(),
  }),
]);
const State = z.record(z.string(), z.unknown());

/**
 * The values of `view.state.values`: an empty input of ours gives an empty text; anything of another shape is ignored.
 * https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
 */
export function valuesOf(state: unknown): FormValues {
  const blocks = State.safeParse(state).data ?? {};
  return Object.fromEntries(
    Object.entries(blocks).flatMap(([name, block]) => {
      const input = Input.safeParse(State.safeParse(block).data?.[INPUT]).data;
      return input ? [[name, textOf(input)]] : [];
    }),
  );
}

function textOf(input: z.infer<typeof Input>): string {
  switch (input.type) {
    case 'datepicker':
      return input.selected_date ?? '';
    case 'static_select':
      return input.selected_option?.value ?? '';
    default:
      return input.value ?? '';
  }
}
