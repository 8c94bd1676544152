import type { Entry } from '@app/client';
import { revOf } from '@app/contracts';
import { type RefObject, useCallback, useState } from 'react';
import { useChat } from '../../lib/chat';
import { canChange, idOf, UNDO_MS } from './use-acts';

/** The message that is being edited, as it was when that began. */
export interface EditTarget {
  key: string;
  text: string;
  /** Somebody deleted it meanwhile. */
  isGone: boolean;
}

/** The `rev` of the state that one edits; undefined: the present one. What was on its way when that began had none yet. */
function seenRev(begun: Entry, present = begun): number | undefined {
  if (!begun.change && begun.seq !== undefined) return revOf(begun);
  const isOthers = !present.change && present.message !== begun.message;
  // That of its place is older than any change.
  return isOthers ? present.seq : undefined;
}

/** One message of a room that is edited where one writes. */
export function useEditing(roomId: string, entries: readonly Entry[], field: RefObject<HTMLTextAreaElement | null>) {
  const chat = useChat();
  const [begun, setBegun] = useState<Entry>();
  /** Nothing is left of its text: it is asked what that means. */
  const [isEmpty, setEmpty] = useState(false);
  // A message that was on its way has got an id meanwhile; its key stays.
  const present = begun && entries.findLast(({ key }) => key === begun.key);

  const begin = useCallback(
    (entry: Entry) => {
      setBegun(entry);
      field.current?.focus();
    },
    [field],
  );
  const end = () => {
    setBegun(undefined);
    setEmpty(false);
  };

  return {
    target: begun && { key: begun.key, text: begun.message, isGone: present?.deleted !== undefined },
    isEmpty,
    begin,
    end,
    /** One goes on editing. */
    keep: () => setEmpty(false),
    save: (text: string) => {
      if (!begun) return;
      if (text === '') {
        setEmpty(true);
        return;
      }
      const seen = seenRev(begun, present);
      if (text !== begun.message) chat.edit(roomId, idOf(present ?? begun), text, seen);
      end();
    },
    remove: () => {
      if (begun) chat.delete(roomId, idOf(present ?? begun), UNDO_MS);
      end();
    },
    /**
     * Takes up one's last message here.
     * @returns its text, if it was refused and is to be written anew; else it is edited
     */
    recall: (): string | undefined => {
      const last = entries.findLast((entry) => entry.from === chat.user.id && !entry.deleted);
      if (last?.state === 'failed' && last.clientId !== undefined) {
        chat.discard(roomId, last.clientId);
        return last.message;
      }
      if (last && canChange(last, chat.user.id)) begin(last);
      return undefined;
    },
  };
}
