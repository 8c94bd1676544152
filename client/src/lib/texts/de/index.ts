import { de as reading } from '../../../features/reading/texts';
import { de as typing } from '../../../features/typing/texts';
import type { Texts } from '../en';
import { app } from './app';
import { errors } from './errors';
import { messages } from './messages';
import { notices } from './notices';
import { presence } from './presence';
import { rooms } from './rooms';
import { settings } from './settings';

/** All that the client says, in German. */
export const de: Texts = { app, errors, messages, notices, presence, reading, rooms, settings, typing };
