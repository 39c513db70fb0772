/** One choice of a field. */
export interface Choice {
  value: string;
  label: string;
  hint?: string;
}

interface FieldHead {
  /** Unique in its form: an option of the command, or `option.key` for one of an option's pairs. */
  name: string;
  label: string;
  hint?: string;
  required: boolean;
  initial?: string;
}

export type Field = FieldHead &
  (
    | { kind: 'text'; longest?: number }
    | { kind: 'number'; whole: boolean; min?: number; max?: number }
    | { kind: 'day' }
    | {
        kind: 'choice';
        /** At least one. */
        choices: readonly Choice[];
        /** Other fields depend on it: request the form again with the new value. */
        reshapes?: true;
      }
  );

/**
 * Fields to fill in before a command is called; a modal, if the platform has them. Submitting it calls
 * `command` with `inputOf(values)`, through the same dispatch as if it had been typed.
 */
export interface Form {
  command: string;
  title: string;
  text?: string;
  /** Label of the submit button. */
  submit: string;
  fields: readonly Field[];
}

/** The filled-in values, by field name. Days are `YYYY-MM-DD`. */
export type FormValues = Readonly<Record<string, string>>;

/** The input for the command: blank fields are left out, `option.key` goes under its option. */
export function inputOf(values: FormValues): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const pairs = new Map<string, Record<string, string>>();
  for (const [name, value] of Object.entries(values)) {
    const text = value.trim();
    if (text === '') continue;
    const dot = name.indexOf('.');
    if (dot < 0) {
      input[name] = text;
      continue;
    }
    const option = name.slice(0, dot);
    const under = pairs.get(option) ?? {};
    pairs.set(option, { ...under, [name.slice(dot + 1)]: text });
  }
  return { ...input, ...Object.fromEntries(pairs) };
}
