import { createElement, Fragment, memo, type ReactNode } from 'react';
import { balanced } from '../../lib/bidi';
import { type Block, type Inline, parseMarkdown } from '../../lib/markdown';
import { Edited } from './message-change';
import styles from './message-text.module.css';

/** A message's text with its few marks; never read as HTML. Web addresses can be followed. */
export const MessageText = memo(function MessageText({ text, edited }: { text: string; edited?: number }) {
  const mark = edited === undefined ? null : <Edited at={edited} />;
  const blocks = parseMarkdown(text);
  const last = blocks.at(-1);
  // In the last line, where there is one.
  if (mark && last?.kind === 'text') {
    const rest = blocks.slice(0, -1).map(showBlock);
    return createElement(
      Fragment,
      null,
      ...rest,
      createElement('p', { dir: 'auto' }, createElement('span', null, ...showLine(last.content)), mark),
    );
  }
  return createElement(Fragment, null, ...blocks.map(showBlock), mark);
});

// The parts of a text are children by their place, not by a key: a text never changes.

function showBlock(block: Block): ReactNode {
  switch (block.kind) {
    case 'text':
      return createElement('p', { dir: 'auto' }, ...showLine(block.content));
    case 'code':
      return (
        <figure className={styles.block}>
          {block.language !== '' && <figcaption>{block.language}</figcaption>}
          <pre dir="ltr">
            <code>{balanced(block.text)}</code>
          </pre>
        </figure>
      );
    case 'quote':
      return createElement('blockquote', { className: styles.quote }, ...block.content.map(showBlock));
    case 'list': {
      const items = block.items.map(({ number, content }) =>
        createElement('li', { value: number, dir: 'auto' }, ...showLine(content)),
      );
      return createElement(block.ordered ? 'ol' : 'ul', { className: styles.list }, ...items);
    }
  }
}

/** A text beside something else has an element of its own: whoever changes it leaves the rest alone. */
function showLine(content: readonly Inline[]): ReactNode[] {
  if (content.length === 1) return content.map(showInline);
  return content.map((part) =>
    part.kind === 'text' ? createElement('span', null, balanced(part.text)) : showInline(part),
  );
}

function showInline(part: Inline): ReactNode {
  switch (part.kind) {
    case 'text':
      return balanced(part.text);
    case 'code':
      return <code className={styles.code}>{balanced(part.text)}</code>;
    case 'link':
      return (
        <a href={part.href} dir="ltr" target="_blank" rel="noopener noreferrer nofollow">
          {part.text}
        </a>
      );
    case 'strong':
    case 'em':
      return createElement(part.kind, null, ...showLine(part.content));
  }
}
