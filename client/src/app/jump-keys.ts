import { MAC } from '../lib/platform';
import type { Texts } from '../lib/texts';

export type Key = keyof Texts['app']['keys'];

export const COMMAND: Key = MAC ? 'command' : 'control';

/** What opens the switcher. */
export const JUMP_KEYS: readonly Key[] = [COMMAND, 'k'];
