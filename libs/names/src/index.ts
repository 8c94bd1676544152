export { caseKey } from './case-key';
export { looks } from './looks';
export { type Alike, isSameButForCase, NameIndex } from './name-index';
export { requireGoodName } from './name-rules';
