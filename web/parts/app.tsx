import { announcement } from '../state/announce.ts';
import { access, boardAt } from '../state/session.ts';
import { openThread } from '../state/thread.ts';
import { Board } from './board/board.tsx';
import { Channel } from './channel.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { Connection } from './connection.tsx';
import { PictureDialog } from './picture-dialog.tsx';
import { Sidebar } from './sidebar.tsx';
import { SignIn } from './sign-in.tsx';
import { Thread } from './thread.tsx';

export function App() {
  if (access.value !== 'open') return <SignIn />;
  return (
    <div class={`page ${openThread.value === null ? '' : 'with-thread'}`}>
      <Sidebar />
      <main class="middle">
        <Connection />
        {boardAt.value === null ? <Channel /> : <Board place={boardAt.value} />}
      </main>
      {openThread.value !== null && <Thread key={openThread.value} id={openThread.value} />}
      <ConfirmDialog />
      <PictureDialog />
      <p class="unseen" aria-live="polite">
        {announcement.value}
      </p>
    </div>
  );
}
