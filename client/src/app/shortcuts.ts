import { MAC } from '../lib/platform';
import type { MoreTexts } from '../lib/texts/more';
import { COMMAND, JUMP_KEYS, type Key } from './jump-keys';

interface Shortcut {
  does: keyof MoreTexts['overlays']['shortcuts'];
  /** Ways to press it; the keys of one are pressed together. */
  keys: readonly (readonly Key[])[];
}

const ALT: Key = MAC ? 'option' : 'alt';

/** Every key that does something, in the order of the help. */
export const SHORTCUTS: readonly Shortcut[] = [
  { does: 'jump', keys: [JUMP_KEYS] },
  {
    does: 'room',
    keys: [
      [ALT, 'up'],
      [ALT, 'down'],
    ],
  },
  {
    does: 'unseenRoom',
    keys: [
      [ALT, 'shift', 'up'],
      [ALT, 'shift', 'down'],
    ],
  },
  { does: 'send', keys: [['enter']] },
  { does: 'again', keys: [['up']] },
  { does: 'newLine', keys: [['shift', 'enter']] },
  { does: 'emoji', keys: [[COMMAND, 'shift', 'e']] },
  { does: 'newest', keys: [['escape']] },
  { does: 'walk', keys: [['up'], ['down']] },
  { does: 'editMessage', keys: [['e']] },
  { does: 'deleteMessage', keys: [['delete']] },
  { does: 'messageMenu', keys: [['shift', 'f10']] },
  { does: 'settings', keys: [[COMMAND, 'comma']] },
  { does: 'help', keys: [['question']] },
];
