import { type ErrorBody, GENERAL } from '@app/contracts';
import {
  type ComponentType,
  lazy,
  type ReactNode,
  type RefObject,
  Suspense,
  useCallback,
  useEffect,
  useRef,
} from 'react';
import { Boundary, Panel } from '../../components/boundary';
import { Button, IconButton } from '../../components/button';
import { BackIcon } from '../../components/icons';
import { Link } from '../../components/link';
import { type Chat, useChat, useView } from '../../lib/chat';
import { explain } from '../../lib/errors';
import { useKeys } from '../../lib/keys';
import { FINE_POINTER } from '../../lib/media';
import { formatRoute } from '../../lib/route';
import { useTexts } from '../../lib/texts';
import { Announcer } from './announcer';
import { Composer } from './composer';
import styles from './conversation.module.css';
import type { Drafts } from './drafts';
import { MessageList, type MessageListHandle } from './message-list';
import { Unloaded } from './unloaded';
import { useEditing } from './use-editing';
import { useOpening } from './use-opening';

const EmptyEdit = lazy(() => import('./empty-edit'));

/** What a feature adds to a room. */
export interface RoomPart {
  /** Above the field where one writes; says something or nothing, in one line. */
  Line?: ComponentType<{ roomId: string }>;
  /** The user has written something, and not sent it yet. */
  wrote?: (chat: Chat, roomId: string) => void;
}

interface ConversationProps {
  /** Fixed for the life of the component: give it the same key. */
  roomId: string;
  name: string;
  /** Beside the title: who is there. */
  about: ReactNode;
  /** What stands above the very first message. */
  beginning: string;
  drafts: Drafts;
  field: RefObject<HTMLTextAreaElement | null>;
  /** At the end of the title bar. */
  actions: ReactNode;
  /** Beneath the title bar. */
  bar: ReactNode;
  /** Below the messages: what comes while they are read moves none of them. */
  offer: ReactNode;
  /** Always the same. */
  parts: readonly RoomPart[];
  /** Given on small screens, where the room list is a page of its own. */
  onBack?: () => void;
}

/** One room: its title, its messages and where one writes. */
export function Conversation(props: ConversationProps) {
  const { roomId, name, about, beginning, drafts, field, actions, bar, offer, parts, onBack } = props;
  const chat = useChat();
  const t = useTexts().messages;
  const view = useView(roomId);
  const { shown, problem, retry } = useOpening(roomId);
  const list = useRef<MessageListHandle>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  const focus = useCallback(() => {
    // On a phone the text field would open the keyboard.
    if (window.matchMedia(FINE_POINTER).matches) field.current?.focus();
    else heading.current?.focus();
  }, [field]);
  useEffect(focus, [focus]);
  const editing = useEditing(roomId, view, drafts, field);

  useKeys((event) => {
    if (event.key !== 'Escape') return;
    if (editing.target) {
      editing.end();
      return;
    }
    list.current?.done();
    focus();
  });

  return (
    <main className={styles.conversation} aria-label={name}>
      <header className={styles.header} data-back={onBack !== undefined}>
        {onBack && (
          <IconButton label={t.backToRooms} onClick={onBack}>
            <BackIcon />
          </IconButton>
        )}
        <div className={styles.heading}>
          <h1 ref={heading} className={`one-line ${styles.title}`} tabIndex={-1} dir="auto" title={name}>
            {name}
          </h1>
          <p className={styles.about}>{about}</p>
        </div>
        {actions}
      </header>
      {bar}
      {shown && (
        <Panel>
          <MessageList
            roomId={roomId}
            view={view}
            beginning={beginning}
            handle={list}
            onJump={focus}
            onEdit={editing.begin}
            editing={editing.target?.key}
          />
        </Panel>
      )}
      {!shown &&
        (problem ? (
          <Problem problem={problem} retry={retry} />
        ) : (
          <Unloaded roomId={roomId} view={view} onEdit={editing.begin} />
        ))}
      <Boundary instead={null}>
        <Announcer roomId={roomId} />
      </Boundary>
      {offer}
      {editing.isEmpty && (
        <Boundary instead={null}>
          <Suspense>
            <EmptyEdit
              onDelete={() => {
                editing.remove();
                field.current?.focus();
              }}
              onKeep={editing.keep}
            />
          </Suspense>
        </Boundary>
      )}
      {!(problem && isBarred(problem)) && (
        <>
          <div className={styles.line}>
            {parts.map(
              ({ Line }, index) =>
                Line && (
                  // biome-ignore lint/suspicious/noArrayIndexKey: always the same
                  <Boundary key={index} instead={null}>
                    <Line roomId={roomId} />
                  </Boundary>
                ),
            )}
          </div>
          <Panel>
            <Composer
              to={name}
              field={field}
              draft={drafts.get(roomId)}
              watchDraft={(changed) => drafts.watch(roomId, changed)}
              maxLength={chat.maxMessageLength}
              onDraft={(text) => {
                drafts.set(roomId, text);
                if (text.trim() !== '') for (const part of parts) part.wrote?.(chat, roomId);
              }}
              editing={editing.target}
              onEdit={editing.write}
              onEdited={editing.save}
              onLeave={editing.end}
              onRecall={editing.recall}
              onSend={(text) => {
                chat.send(roomId, text);
                list.current?.toEnd();
              }}
            />
          </Panel>
        </>
      )}
    </main>
  );
}

function isBarred(problem: ErrorBody): boolean {
  return problem.code === 'forbidden' || problem.code === 'not_found';
}

function Problem({ problem, retry }: { problem: ErrorBody; retry: () => void }) {
  const t = useTexts().messages;
  const barred = isBarred(problem);
  return (
    <div className={styles.problem} role="alert">
      <p>{barred ? t.notReadable : explain(problem)}</p>
      {barred ? (
        <Link href={formatRoute({ roomId: GENERAL, people: false })}>{t.goToGeneral}</Link>
      ) : (
        <Button onClick={retry}>{t.tryAgain}</Button>
      )}
    </div>
  );
}
