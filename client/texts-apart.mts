import type { Plugin } from 'vite';

/** The catalogues of the languages that are loaded on demand. */
const CATALOGUE = /\/lib\/texts\/(?!en\/)(\w+)\/index\.ts$/;

/**
 * A feature has its texts in all languages in one file. Each catalogue gets a copy of it, of which it keeps its own language: else
 * all languages would be loaded at first.
 */
export function textsApart(): Plugin {
  return {
    name: 'texts-apart',
    apply: 'build',
    enforce: 'pre',
    async resolveId(source, importer = '', options) {
      const [, language] = CATALOGUE.exec(importer) ?? [];
      if (language === undefined || !source.endsWith('/texts')) return null;
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      return found && `${found.id}?${language}`;
    },
  };
}
