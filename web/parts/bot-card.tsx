import { type Action, type Card, MARKS } from '../../src/core/card.ts';
import { Actions } from './actions.tsx';
import { DataTable } from './data-table.tsx';
import { Facts } from './facts.tsx';
import { Pictures } from './pictures.tsx';
import { Progress } from './progress.tsx';
import { ToneIcon } from './tone-icon.tsx';

interface Props {
  card: Card;
  /** Undefined for a private reply, which is not a post. */
  post?: string;
  onPress: (action: Action) => void;
}

export function BotCard({ card, post, onPress }: Props) {
  const { title, tone, text, facts, table, pictures, progress, actions, footer, mark } = card;
  return (
    <div class="card" data-tone={tone}>
      <p class="card-head">
        <ToneIcon tone={tone} />
        <b class="card-title" data-testid="card-title">
          {title}
        </b>
        {mark !== undefined && (
          <span role="img" aria-label={MARKS[mark].words} data-testid="card-mark">
            {MARKS[mark].emoji}
          </span>
        )}
      </p>
      {text !== undefined && text !== '' && <p class="words">{text}</p>}
      {progress !== undefined && <Progress {...progress} />}
      {facts !== undefined && facts.length > 0 && <Facts facts={facts} />}
      {table !== undefined && <DataTable table={table} title={title} />}
      {pictures !== undefined && pictures.length > 0 && <Pictures pictures={pictures} />}
      {actions !== undefined && actions.length > 0 && (
        <Actions actions={actions} post={post ?? ''} onPress={onPress} />
      )}
      {footer !== undefined && footer !== '' && <p class="card-footer">{footer}</p>}
    </div>
  );
}
