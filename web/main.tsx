import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './parts/app.tsx';
import { goLive } from './state/live.ts';
import { access, channelId, followAddress, signIn } from './state/session.ts';
import { followTheme } from './state/theme.ts';
import { anyUnread } from './state/unread.ts';
import './styles/tokens.css';
import './styles/page.css';
import './styles/controls.css';
import './styles/sidebar.css';
import './styles/messages.css';
import './styles/asides.css';
import './styles/card.css';
import './styles/reactions.css';
import './styles/composer.css';
import './styles/dialogs.css';
import './styles/motion.css';
import './styles/narrow.css';

followTheme();

effect(() => {
  const place = channelId.value === '' ? '' : `#${channelId.value} · `;
  document.title = `${anyUnread.value ? '● ' : ''}${place}Wheelhouse`;
});

let live = false;
effect(() => {
  if (access.value !== 'open' || live) return;
  live = true;
  followAddress();
  goLive();
});

const page = document.querySelector('#page');
if (page !== null) render(<App />, page);
void signIn();
