import { session } from '../state/session.ts';
import { WheelIcon } from './icons.tsx';

const HUES = 6;

interface Props {
  id: string;
  name: string;
  bot?: boolean;
  small?: boolean;
}

export function Avatar({ id, name, bot = false, small = false }: Props) {
  return (
    <span
      class={`avatar ${small ? 'avatar-small' : ''}`}
      data-hue={bot ? 'bot' : hueOf(id)}
      aria-hidden="true"
    >
      {bot ? <WheelIcon size={small ? 16 : 22} /> : initials(name)}
    </span>
  );
}

/** Our own identities get the first colours in turn, so that no two are the same. */
export function hueOf(id: string): number {
  const index = session.value.identities.findIndex((identity) => identity.id === id);
  if (index !== -1) return index % HUES;
  return [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % HUES;
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return letters
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}
