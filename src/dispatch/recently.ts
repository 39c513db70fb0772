/**
 * Remembers the answers for the last `size` keys, including those in progress. Errors and answers that need not
 * be kept are forgotten, so that they can be retried.
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
