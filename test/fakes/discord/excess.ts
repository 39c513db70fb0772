/** A violation of the platform's limits, by its path in the body. */
export interface Excess {
  /** `embeds.0.title` */
  path: string;
  code: string;
  message: string;
}

export function excess(path: string, code: string, message: string): Excess {
  return { path, code, message };
}

export function tooLong(path: string, text: string | undefined, most: number): Excess[] {
  if (text === undefined || text.length <= most) return [];
  const message = `Must be ${most} or fewer in length.`;
  return [excess(path, 'BASE_TYPE_MAX_LENGTH', message)];
}

export function tooMany(path: string, list: readonly unknown[], most: number): Excess[] {
  if (list.length <= most) return [];
  return [excess(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${most} or fewer in length.`)];
}

export function within(
  path: string,
  value: string | readonly unknown[],
  least: number,
  most: number,
) {
  if (value.length >= least && value.length <= most) return [];
  return [excess(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${least} and ${most} in length.`)];
}
