/** A map that drops its oldest entry when it has more than `size`. */
export function kept<V>(size: number): Map<string, V> {
  const map = new Map<string, V>();
  const put = map.set.bind(map);
  map.set = (key, value) => {
    map.delete(key);
    put(key, value);
    const oldest = map.size > size ? map.keys().next().value : undefined;
    if (oldest !== undefined) map.delete(oldest);
    return map;
  };
  return map;
}
