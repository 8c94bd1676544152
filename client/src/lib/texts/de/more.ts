import type { MoreTexts } from '../en/more';
import { emptyEdit, notChanged } from './changes';
import { dialog } from './dialog';
import { overlays } from './overlays';
import { session } from './session';

/** The same in German. */
export const de: MoreTexts = { dialog, emptyEdit, notChanged, overlays, session };
