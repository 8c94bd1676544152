import { en as reading } from '../../../features/reading/texts';
import { en as typing } from '../../../features/typing/texts';
import { app } from './app';
import { errors } from './errors';
import { messages } from './messages';
import { notices } from './notices';
import { presence } from './presence';
import { rooms } from './rooms';
import { settings } from './settings';

/** All that the client says, in English: the catalogue that the others follow. What depends on a number or name is a function. */
export const en = { app, errors, messages, notices, presence, reading, rooms, settings, typing };
/** A catalogue. Every language has all of it: the compiler says what is missing. */
export type Texts = typeof en;
