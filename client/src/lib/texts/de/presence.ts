import type { Texts } from '../en';

export const presence: Texts['presence'] = {};
