import { useLayoutEffect, useState } from 'preact/hooks';

/** Whether the content of `frame` is wider than `frame`; follows its size. */
export function useScrolls(frame: { current: HTMLElement | null }): boolean {
  const [scrolls, setScrolls] = useState(false);
  useLayoutEffect(() => {
    const { current } = frame;
    if (current === null) return;
    const observer = new ResizeObserver(() =>
      setScrolls(current.scrollWidth > current.clientWidth),
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return scrolls;
}
