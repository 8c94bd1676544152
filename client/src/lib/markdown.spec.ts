import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, type Inline, parseMarkdown, toPlainText } from './markdown';

/** What was read, in brackets: short enough to compare. */
const show = (text: string) => parseMarkdown(text).map(showBlock).join('|');
const showInline = (content: readonly Inline[]): string =>
  content
    .map((part) =>
      part.kind === 'text' ? part.text : `${part.kind}(${'content' in part ? showInline(part.content) : part.text})`,
    )
    .join('');
function showBlock(block: Block): string {
  switch (block.kind) {
    case 'text':
      return showInline(block.content);
    case 'code':
      return `block${block.language}(${block.text})`;
    case 'quote':
      return `quote(${block.content.map(showBlock).join('|')})`;
    case 'list':
      return `list(${block.items.map(({ number, content }) => `${number ?? '-'} ${showInline(content)}`).join(', ')})`;
  }
}

describe('parseMarkdown', () => {
  it.each([
    ['**bold**, *italic* and _italic_', 'strong(bold), em(italic) and em(italic)'],
    ['***both***', 'em(strong(both))'],
    ['**bold with *italic* in it**', 'strong(bold with em(italic) in it)'],
    ['(*so*) "**so**"', '(em(so)) "strong(so)"'],
    ['这是**粗体**。', '这是strong(粗体)。'],
    ['**party**🎉', 'strong(party)🎉'],
    ['`a*b*c` and ``a ` b``', 'code(a*b*c) and code(a ` b)'],
    ['**see `code` and https://a.example/x_y_z**', 'strong(see code(code) and link(https://a.example/x_y_z))'],
    ['https://a.example/*x*_y_ *z*', 'link(https://a.example/*x*_y)_ em(z)'],
  ])('reads %s', (text, expected) => {
    expect(show(text)).toBe(expected);
  });

  it.each([
    'snake_case_names and __init__.py',
    '__no__',
    '2*3*4',
    '2 * 3 * 4',
    'src/**/*.ts and test/**/*.ts',
    '*.ts, *.js',
    '/* no */',
    '** no **',
    '*no',
    'a `b',
    '``',
    '*a\nb*',
    '-5 degrees',
    '1.5',
    '>:(',
    '```never closed\n*',
    '\n\n  spaces  \n',
    '',
  ])('leaves %j as it was written', (text) => {
    expect(show(text)).toBe(text);
  });

  it('reads lists, with their numbers as they were written', () => {
    expect(show('first\n\n- a\n- **b**\n1. c\n3. d\n\nlast')).toBe('first|list(- a, - strong(b))|list(1 c, 3 d)|last');
    expect(show('* a\n* b')).toBe('list(- a, - b)');
  });

  it('reads quotes, in quotes too, to some depth', () => {
    expect(show('> a\n> - b\n>\n> > c\nd')).toBe('quote(a|list(- b)|quote(c))|d');
    expect(show('> > > > > a')).toBe('quote(quote(quote(> > a)))');
  });

  it('reads code blocks, and nothing within', () => {
    expect(show('so:\n```ts\nconst a = **b**;\n\n> c\n```\nthen')).toBe('so:|blockts(const a = **b**;\n\n> c)|then');
    expect(show('```\n  indented\n```')).toBe('block(  indented)');
    expect(show('```two words\nx```')).toBe('block(two words\nx)');
    expect(show('```one line```')).toBe('code(one line)');
    expect(show('> ```\n> a\n> ```')).toBe('quote(block(a))');
  });

  it('makes no link within code', () => {
    expect(show('`https://a.example`')).toBe('code(https://a.example)');
  });

  const pieces = fc.constantFrom(
    '*',
    '**',
    '_',
    '`',
    '```',
    '> ',
    '- ',
    '1. ',
    '\n',
    ' ',
    'a',
    'b.',
    'https://c.d/',
    '(',
  );
  const hostile = fc.oneof(
    fc.array(pieces).map((all) => all.join('')),
    fc.string({ unit: 'binary' }),
  );

  it('takes away nothing but marks, spaces and line breaks', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown =
          toPlainText(text) + parseMarkdown(text).map((block) => ('language' in block ? block.language : ''));
        const count = (of: string, char: string) => of.split(char).length;
        for (const char of new Set(text.replace(/[*_`>\-.,\d\s]/g, ''))) {
          expect(count(shown, char)).toBeGreaterThanOrEqual(count(text, char));
        }
      }),
    );
  });

  it('changes nothing about a text without marks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // What is not closed of directions is closed.
        fc.pre(!/[*_`>.\u202A-\u202E\u2066-\u2069-]/.test(text));
        expect(toPlainText(text)).toBe(text);
      }),
    );
  });

  it.each([
    ['*', 4000],
    ['*a ', 4000],
    ['a*', 4000],
    ['*a* ', 4000],
    ['**a *b ', 4000],
    ['> ', 4000],
    ['>', 4000],
    ['`', 4000],
    ['` `` ``` ', 4000],
    ['```\n', 4000],
    ['- ', 4000],
    ['1. a\n', 4000],
    ['_a**b_', 4000],
    ['https://a.example/( ', 4000],
    [`https://a.example/${')'.repeat(4000)} `, 10],
    ['(https://a.example/)))))))))) ', 400],
  ])('takes no long time for %j, %i times', (piece, times) => {
    // Its own time: the machine may be busy with others.
    const before = process.cpuUsage();
    parseMarkdown(piece.repeat(times));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(500);
  });

  it('takes time in proportion to the text, whatever is repeated in it', () => {
    const pieces = fc.constantFrom(
      ...[
        'https://',
        'http://a',
        'a',
        '東',
        'а',
        '.',
        ' ',
        '\n',
        "'",
        '"',
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        '/',
        '%',
        '@',
        ':',
      ],
      ...[
        '*',
        '**',
        '***',
        '_',
        '`',
        '``',
        '```',
        '> ',
        '- ',
        '1. ',
        '\u202B',
        '\u202C',
        '\u2067',
        '\u2069',
        '👍',
        '\u0301',
      ],
    );
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 5 }), (parts) => {
        const piece = parts.join('');
        const before = process.cpuUsage();
        toPlainText(piece.repeat(Math.ceil(40_000 / piece.length)));
        const { user, system } = process.cpuUsage(before);
        // In proportion it is a tenth of that; by the square some ten times.
        expect((user + system) / 1000).toBeLessThan(800);
      }),
      {
        numRuns: 60,
        examples: [
          [["'", 'https://', 'a', "'"]],
          [['[', 'http://a', ']', '[']],
          [['http://a', '東']],
          [['(', 'http://a', '東']],
        ],
      },
    );
    for (const text of [
      '\u202B'.repeat(40_000) + '\u2069'.repeat(40_000),
      '\u2067\u202B'.repeat(40_000) + '\u2069'.repeat(40_000),
    ]) {
      const before = process.cpuUsage();
      toPlainText(text);
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(800);
    }
  }, 60_000);
});
