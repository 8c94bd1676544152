import { describe, expect, it } from 'vitest';
import { loadEmoji, searchEmoji } from './emoji';
import { closeCode, openCode, replaceCodes } from './shortcodes';

const codes = new Map([
  ['smile', '😄'],
  ['+1', '👍'],
]);

describe('shortcodes', () => {
  it('begin with a colon where a word may begin', () => {
    expect(openCode('so :smi', 7)).toEqual({ word: 'smi', at: 3 });
    expect(openCode(':+1 rest', 3)).toEqual({ word: '+1', at: 0 });
    for (const text of ['10:30', ':s', 'https://a', 'a:smi', ':)']) expect(openCode(text, text.length)).toBeUndefined();
  });

  it('become an emoji on the closing colon', () => {
    expect(closeCode('so :smile: ok', 10, codes)).toEqual({ text: 'so 😄 ok', caret: 5 });
    expect(closeCode(':nothing:', 9, codes)).toBeUndefined();
    expect(closeCode('10:+1:', 6, codes)).toBeUndefined();
  });

  it('are all replaced in a text without code', () => {
    expect(replaceCodes(':smile: :+1:, (:smile:) a:smile: :x:', codes)).toBe('😄 👍, (😄) a:smile: :x:');
    expect(replaceCodes('`:smile:` :smile:', codes)).toBe('`:smile:` :smile:');
  });
});

describe('emoji', () => {
  it('are found by their name, in the language wanted too', async () => {
    const [english, german] = await Promise.all([loadEmoji('en-GB'), loadEmoji('de')]);
    expect(searchEmoji(english, 'smile', 3)[0]?.emoji).toBe('😄');
    expect(english.byCode.get('+1')).toMatch(/👍/);
    expect(searchEmoji(german, 'pizza', 1)[0]?.label).toMatch(/Pizza/i);
    expect(german.byCode.get('smile')).toBe('😄');
    expect(searchEmoji(english, 'no such thing', 3)).toEqual([]);
  });
});
