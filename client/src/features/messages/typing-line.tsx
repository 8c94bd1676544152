import { isolated } from '../../lib/bidi';
import { useNames, useTyping } from '../../lib/chat';
import { useTexts } from '../../lib/texts';
import styles from './typing-line.module.css';

/** Who else is writing in a room. Its place is kept while nobody is. */
export function TypingLine({ roomId }: { roomId: string }) {
  const t = useTexts().presence;
  const typing = useTyping(roomId);
  const nameOf = useNames();
  // A name that is not known yet will be in a moment.
  const [one, other] = typing.flatMap((id) => nameOf(id) ?? []).map(isolated);

  let said = '';
  if (typing.length > 2) said = t.severalTyping;
  else if (one !== undefined) said = other === undefined ? t.typing(one) : t.bothTyping(one, other);

  return (
    <p className={styles.line} aria-live="off">
      <span className="one-line" title={said}>
        {said}
      </span>
    </p>
  );
}
