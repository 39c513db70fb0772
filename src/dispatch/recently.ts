/**
 * Remembers the answers of the last `size` keys, those under way included. What throws, or is not
 * worth keeping, is forgotten, so that it may be tried again.
 */
export function recently<T>(
  size: number,
  worthKeeping: (answer: T) => boolean,
): (key: string, make: () => Promise<T>) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (key, make) => {
    const known = answers.get(key);
    if (known) return known;
    const fresh = make().then(
      (answer) => {
        if (!worthKeeping(answer)) answers.delete(key);
        return answer;
      },
      (error: unknown) => {
        answers.delete(key);
        throw error;
      },
    );
    answers.set(key, fresh);
    const oldest = answers.size > size ? answers.keys().next().value : undefined;
    if (oldest !== undefined) answers.delete(oldest);
    return fresh;
  };
}
