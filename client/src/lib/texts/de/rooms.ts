import type { Texts } from '../en';

export const rooms: Texts['rooms'] = {};
