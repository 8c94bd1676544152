import { isolated } from '../../lib/bidi';
import { type Chat, useNames, useSnapshot } from '../../lib/chat';
import { useTexts } from '../../lib/texts';

/** Others hear that one is writing; one sees who is. */
export const typing = {
  Line: TypingLine,
  wrote: (chat: Chat, roomId: string) => chat.typing(roomId),
};

/** Who else is writing in a room. */
function TypingLine({ roomId }: { roomId: string }) {
  const t = useTexts().typing;
  const typing = useSnapshot('typing', (chat) => chat.typingIn(roomId));
  const nameOf = useNames();
  // A name that is not known yet will be in a moment.
  const [one, other] = typing.flatMap((id) => nameOf(id) ?? []).map(isolated);

  let said = '';
  if (typing.length > 2) said = t.several;
  else if (one !== undefined) said = other === undefined ? t.one(one) : t.both(one, other);

  return (
    <p className="one-line" aria-live="off" title={said}>
      {said}
    </p>
  );
}
