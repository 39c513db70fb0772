import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './parts/app.tsx';
import { watchBoards } from './state/boards.ts';
import { goLive } from './state/live.ts';
import { access, boardAt, channelId, followAddress, signIn } from './state/session.ts';
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
import './styles/board.css';
import './styles/charts.css';
import './styles/dialogs.css';
import './styles/motion.css';
import './styles/narrow.css';

followTheme();

effect(() => {
  const channel = channelId.value === '' ? '' : `#${channelId.value} · `;
  const place = boardAt.value === null ? channel : `${boardAt.value.model} · `;
  document.title = `${anyUnread.value ? '● ' : ''}${place}Wheelhouse`;
});

let live = false;
effect(() => {
  if (access.value !== 'open' || live) return;
  live = true;
  followAddress();
  goLive();
  watchBoards();
});

const page = document.querySelector('#page');
if (page !== null) render(<App />, page);
void signIn();
