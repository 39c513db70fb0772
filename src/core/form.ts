/** One thing that can be chosen. */
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
        /** The other fields depend on it: ask for the form again with the new value. */
        reshapes?: true;
      }
  );

/**
 * What to ask before a command can be called; a modal, where a platform has one. Sending it is
 * calling `command` with `inputOf(values)`, through the same dispatch as if it had been typed.
 */
export interface Form {
  command: string;
  title: string;
  text?: string;
  /** On the button that sends it. */
  submit: string;
  fields: readonly Field[];
}

/** What was filled in, by the name of the field. Days are `YYYY-MM-DD`. */
export type FormValues = Readonly<Record<string, string>>;

/** A command's input: blank fields are left out, `option.key` goes under its option. */
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
