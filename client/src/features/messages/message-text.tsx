import { memo } from 'react';
import { splitLinks } from '../../lib/links';

/** A message's text as it was written: never read as HTML; web addresses can be followed. */
export const MessageText = memo(function MessageText({ text }: { text: string }) {
  return splitLinks(text).map((piece) =>
    piece.href === undefined ? (
      piece.text
    ) : (
      <a key={piece.at} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
        {piece.text}
      </a>
    ),
  );
});
