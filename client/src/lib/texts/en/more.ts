import { emptyEdit, notChanged } from './changes';
import { dialog } from './dialog';
import { overlays } from './overlays';
import { session } from './session';

/** What is said where something is opened that few need at first: it comes with that, in all languages. */
export const en = { dialog, emptyEdit, notChanged, overlays, session };
export type MoreTexts = typeof en;
