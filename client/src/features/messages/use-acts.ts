import type { Entry } from '@app/client';
import { useMemo, useReducer, useState } from 'react';
import type { Place } from '../../components/popup-menu';
import { type Chat, useChat } from '../../lib/chat';
import { texts } from '../../lib/texts';

/** How long a deletion can be taken back; it is not sent before. */
export const UNDO_MS = 5000;

/** What can be done with a message. */
export interface Acts {
  canEdit(entry: Entry): boolean;
  /** When editing it ends, in Unix milliseconds. */
  editEnd(entry: Entry): number;
  edit(entry: Entry): void;
  canRemove(entry: Entry): boolean;
  /** Can be taken back for a while. */
  remove(entry: Entry): void;
  undo(entry: Entry): void;
  copy(entry: Entry): void;
  retry(clientId: string): void;
  discard(clientId: string): void;
  openMenu(entry: Entry, at: Place): void;
}

/** By which the chat client knows a message, stored or not. */
export const idOf = ({ id, key }: Entry): string => id ?? key;

/** Whether a message is one's own, and the server knows who wrote it. */
function canChange({ from, state, seq, deleted }: Entry, me: string): boolean {
  return from === me && !deleted && (state === 'sending' || (state === 'sent' && seq !== undefined));
}

/** When one may give a message another text no more, in Unix milliseconds of the server's; 0: one never might. */
export function editEnd(entry: Entry, { user, editWindowMs }: Chat): number {
  if (!canChange(entry, user.id)) return 0;
  return entry.seq === undefined || editWindowMs === 0 ? Infinity : entry.date * 1000 + editWindowMs;
}

/**
 * What can be done with the messages of a room.
 * @param onEdit begins to edit one; always the same function
 */
export function useActs(roomId: string, onEdit: (entry: Entry) => void) {
  const chat = useChat();
  const [menu, setMenu] = useState<{ entry: Entry; at: Place }>();
  /** For screen readers: what was done. They pass over what stands there already. */
  const [said, say] = useReducer((before: string, what: string) => (what === before ? `${what}\u00a0` : what), '');
  const acts = useMemo(() => actsOf(chat, roomId, { onEdit, say, openMenu: setMenu }), [chat, roomId, onEdit]);
  return { acts, menu, closeMenu: () => setMenu(undefined), said };
}

interface Doings {
  onEdit: (entry: Entry) => void;
  say: (what: string) => void;
  openMenu: (menu: { entry: Entry; at: Place }) => void;
}

function actsOf(chat: Chat, roomId: string, { onEdit, say, openMenu }: Doings): Acts {
  return {
    canEdit: (entry) => chat.now() < editEnd(entry, chat),
    editEnd: (entry) => editEnd(entry, chat),
    canRemove: (entry) => canChange(entry, chat.user.id),
    edit: onEdit,
    remove: (entry) => {
      // The server may have got it while the menu was open.
      const present = chat.view(roomId).entries.findLast(({ key }) => key === entry.key) ?? entry;
      chat.delete(roomId, idOf(present), UNDO_MS);
      say(texts().messages.change.undoable);
    },
    undo: (entry) => {
      if (chat.undo(roomId, idOf(entry))) say(texts().messages.change.restored);
    },
    copy: ({ message }) => {
      const { change } = texts().messages;
      copyText(message).then(
        () => say(change.copied),
        () => say(change.notCopied),
      );
    },
    retry: (clientId) => chat.retry(roomId, clientId),
    discard: (clientId) => chat.discard(roomId, clientId),
    openMenu: (entry, at) => openMenu({ entry, at }),
  };
}

async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without HTTPS there is but the old way.
  const field = document.createElement('textarea');
  field.value = text;
  const holder = document.querySelector('dialog[open]') ?? document.body;
  holder.append(field);
  const before = document.activeElement;
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  if (!isCopied) throw new Error('The browser does not allow it');
}
