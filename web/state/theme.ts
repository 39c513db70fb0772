import { computed, effect, signal } from '@preact/signals';

type Theme = 'light' | 'dark';

const query = matchMedia('(prefers-color-scheme: dark)');
const system = signal<Theme>(query.matches ? 'dark' : 'light');
const stored = localStorage.getItem('wheelhouse.theme');
const chosen = signal<Theme | null>(stored === 'light' || stored === 'dark' ? stored : null);

export const theme = computed(() => chosen.value ?? system.value);

/** Choosing the theme of the system removes the choice: the page follows the system again. */
export function toggleTheme(): void {
  const next = theme.peek() === 'dark' ? 'light' : 'dark';
  chosen.value = next === system.peek() ? null : next;
}

export function followTheme(): void {
  query.addEventListener('change', () => {
    system.value = query.matches ? 'dark' : 'light';
  });
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value;
    if (chosen.value === null) localStorage.removeItem('wheelhouse.theme');
    else localStorage.setItem('wheelhouse.theme', chosen.value);
  });
}
