export { PREVIEW_BYTES, previewJson, readStored, scoreOf, storedJson } from './stored-message';
