/**
 * A function whose answers to equal questions are shared for `ms`, so that many open pages cost as much as one. Errors
 * are not kept. Of more than `most` questions, the oldest is forgotten.
 */
export function shared<Question extends readonly unknown[], Answer>(
  ask: (...question: Question) => Promise<Answer>,
  { ms, most, now }: { ms: number; most: number; now: () => number },
): (...question: Question) => Promise<Answer> {
  const known = new Map<string, { at: number; answer: Promise<Answer> }>();
  return (...question) => {
    const key = JSON.stringify(question);
    const before = known.get(key);
    if (before && now() - before.at < ms) return before.answer;
    const fresh = { at: now(), answer: ask(...question) };
    known.delete(key);
    known.set(key, fresh);
    const oldest = known.size > most ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    fresh.answer.catch(() => {
      if (known.get(key) === fresh) known.delete(key);
    });
    return fresh.answer;
  };
}
