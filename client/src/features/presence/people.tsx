import type { Presence } from '@app/contracts';
import { useEffect, useId, useRef, useState } from 'react';
import { Avatar } from '../../components/avatar';
import { Button, IconButton } from '../../components/button';
import { BackIcon, CloseIcon } from '../../components/icons';
import { useChat, useNames, useOnline, usePresenceKnown } from '../../lib/chat';
import { explain, toErrorBody } from '../../lib/errors';
import { useRoving } from '../../lib/roving';
import { useTexts } from '../../lib/texts';
import styles from './people.module.css';
import { sortPeople } from './sort-people';
import { usePeople } from './use-people';

interface PeopleProps {
  /** Called with a room's id once the private conversation with somebody is there. */
  onOpen: (roomId: string) => void;
  onClose: () => void;
  /** `beside` the conversation, `over` it, or as a `page` of its own. */
  place: 'beside' | 'over' | 'page';
}

/** Everybody, those online first; choosing somebody opens the private conversation. */
export function People({ onOpen, onClose, place }: PeopleProps) {
  const chat = useChat();
  const { presence } = useTexts();
  const online = useOnline();
  const known = usePresenceKnown();
  const nameOf = useNames();
  const { people, more, loading, problem, loadMore } = usePeople();
  const [opening, setOpening] = useState<{ id: string; problem?: string }>();
  const title = useId();
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    if (place !== 'beside') heading.current?.focus();
  }, [place]);

  const lists = useRef<HTMLDivElement>(null);
  const walk = useRoving(lists, 'li > button:not(:disabled)');
  const sorted = sortPeople(people, online, nameOf);

  const open = async (id: string) => {
    setOpening({ id });
    try {
      const roomId = await chat.openDirect(id);
      setOpening(undefined);
      onOpen(roomId);
    } catch (error) {
      setOpening({ id, problem: explain(toErrorBody(error)) });
    }
  };

  const group = (name: string, list: Presence[]) =>
    list.length > 0 && (
      <section>
        <h3 className={styles.group}>
          <span>{name}</span> <span className={styles.count}>{list.length}</span>
        </h3>
        <ul aria-label={name}>
          {list.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                className={styles.person}
                disabled={person.id === chat.user.id || (opening?.id === person.id && !opening.problem)}
                onClick={() => void open(person.id)}
              >
                <Avatar
                  id={person.id}
                  name={person.username}
                  size="small"
                  online={(known && person.online) || undefined}
                />
                <span className="one-line" dir="auto" title={person.username}>
                  {person.username}
                </span>
                {person.id === chat.user.id && <span className={styles.you}>{presence.you}</span>}
              </button>
              {opening?.id === person.id && opening.problem && (
                <p role="alert" className={styles.problem}>
                  {opening.problem}
                </p>
              )}
            </li>
          ))}
        </ul>
      </section>
    );

  return (
    <section className={styles.people} aria-labelledby={title}>
      <header className={styles.header} data-back={place === 'page'}>
        {place === 'page' && (
          <IconButton label={presence.back} onClick={onClose}>
            <BackIcon />
          </IconButton>
        )}
        <h2 ref={heading} id={title} className={styles.title} tabIndex={-1}>
          {presence.people}
        </h2>
        {place !== 'page' && (
          <IconButton label={presence.closePeople} onClick={onClose}>
            <CloseIcon />
          </IconButton>
        )}
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of what is inside */}
      <div ref={lists} className={styles.lists} onKeyDown={walk}>
        {group(known ? presence.onlineGroup : presence.wereOnline, sorted.online)}
        {group(known ? presence.offlineGroup : presence.others, sorted.offline)}
        {!loading && !more && !problem && sorted.online.length + sorted.offline.length <= 1 && (
          <p className={styles.note}>{presence.alone}</p>
        )}
        {loading && <p className={styles.note}>{presence.loading}</p>}
        {problem && (
          <p role="alert" className={styles.note}>
            <span>{explain(problem)}</span>{' '}
            <Button look="text" onClick={loadMore}>
              {presence.tryAgain}
            </Button>
          </p>
        )}
        {more && !loading && !problem && (
          <p className={styles.note}>
            <Button look="text" onClick={loadMore}>
              {presence.morePeople}
            </Button>
          </p>
        )}
      </div>
    </section>
  );
}
