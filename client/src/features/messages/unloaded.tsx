import type { Entry, RoomView } from '@app/client';
import { useState } from 'react';
import { useConnection, useNames } from '../../lib/chat';
import { useNetwork } from '../../lib/network';
import { useTexts } from '../../lib/texts';
import { beginningOf } from './lines';
import { MessageLine } from './message-line';
import { MessageMenu } from './message-menu';
import { Skeleton } from './skeleton';
import styles from './unloaded.module.css';
import { useActs } from './use-acts';

interface UnloadedProps {
  roomId: string;
  view: RoomView;
  onEdit: (entry: Entry) => void;
}

/** In place of messages that are not here yet: their shape, or why they do not come; beneath it what one has written. */
export function Unloaded({ roomId, view, onEdit }: UnloadedProps) {
  const nameOf = useNames();
  const t = useTexts().messages;
  const network = useNetwork();
  const isAway = useConnection().status === 'reconnecting';
  // Nothing else is shown before it is known where to begin. What is sent meanwhile stays.
  const [written] = useState(() => new Set<string>());
  for (const { key, state } of view.entries) if (state !== 'sent') written.add(key);
  const { acts, menu, closeMenu } = useActs(roomId, onEdit);
  const own = view.entries.filter(({ key }) => written.has(key));

  return (
    <div className={styles.frame}>
      {network && !isAway ? (
        <Skeleton />
      ) : (
        <p className={styles.why} role="status">
          {network ? t.notReached : t.notLoaded}
        </p>
      )}
      {menu && <MessageMenu entry={menu.entry} at={menu.at} acts={acts} onClose={closeMenu} />}
      {own.length > 0 && (
        <div className={styles.own} role="log" aria-label={t.list} aria-live="off">
          <ol>
            {own.map((entry, index) => (
              <li key={entry.key}>
                <MessageLine
                  entry={entry}
                  index={index}
                  isNew={false}
                  startsGroup={beginningOf(entry, own[index - 1]).startsGroup}
                  day={undefined}
                  name={nameOf(entry.from)}
                  own
                  tabStop={index === own.length - 1}
                  onFocus={doNothing}
                  acts={acts}
                  isEdited={false}
                />
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}

const doNothing = () => undefined;
