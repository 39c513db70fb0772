import { session } from '../state/session.ts';
import { theme, toggleTheme } from '../state/theme.ts';
import { ChannelList } from './channel-list.tsx';
import { MoonIcon, SunIcon, WheelIcon } from './icons.tsx';
import { IdentitySwitcher } from './identity-switcher.tsx';
import { ModelLinks } from './model-links.tsx';

export function Sidebar() {
  return (
    <div class="sidebar">
      <header class="brand">
        <WheelIcon size={24} />
        <span class="brand-name">Wheelhouse</span>
        <span class="brand-version">{session.value.version}</span>
      </header>
      <div class="places">
        <ChannelList />
        <ModelLinks />
      </div>
      <IdentitySwitcher />
      <ThemeToggle />
    </div>
  );
}

function ThemeToggle() {
  const other = theme.value === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      class="theme-toggle"
      data-testid="theme"
      aria-label={`Switch to the ${other} theme`}
      title={`Switch to the ${other} theme`}
      onClick={toggleTheme}
    >
      {other === 'light' ? <SunIcon /> : <MoonIcon />}
      <span class="theme-words">{other === 'light' ? 'Light theme' : 'Dark theme'}</span>
    </button>
  );
}
