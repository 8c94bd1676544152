import type { Texts } from '../en';

export const messages: Texts['messages'] = {};
