import type { Texts } from '../en';

export const session: Texts['session'] = {};
