import type { Entry, RoomView } from '@app/client';
import { revOf } from '@app/contracts';
import { type RefObject, useCallback, useEffect, useState } from 'react';
import { useChat } from '../../lib/chat';
import type { Drafts, EditDraft } from './drafts';
import { editEnd, idOf, UNDO_MS } from './use-acts';

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

const idsOf = ({ id, clientId, key }: Entry): string[] => [id ?? key, clientId ?? key, key];

const asBegun = (entry: Entry, rev: number | undefined): Entry => (rev === undefined ? entry : { ...entry, rev });

/** The message of an edit that was begun before, as it was then; as far as that is known where it is not loaded. */
function resumed({ id, rev }: EditDraft, roomId: string, from: string, entries: readonly Entry[]): Entry {
  const unknown: Entry = { key: id, id, seq: rev, from, date: 0, message: '', roomId, state: 'sent' };
  return asBegun(entries.findLast((other) => idsOf(other).includes(id)) ?? unknown, rev);
}

/**
 * One message of a room that is edited where one writes; what is begun stays as a draft until it is saved or left. Who begins
 * another one comes back to it after that.
 */
export function useEditing(
  roomId: string,
  view: RoomView,
  drafts: Drafts,
  field: RefObject<HTMLTextAreaElement | null>,
) {
  const chat = useChat();
  const { entries } = view;
  const [begun, setBegun] = useState<Entry>();
  /** What was begun before one came here, until the messages are here. */
  const [draft, setDraft] = useState(() => drafts.edits(roomId).at(-1));
  const [text, setText] = useState(draft?.text);
  const [written] = useState(() => drafts.get(roomId));
  if (draft && view.loaded) {
    setDraft(undefined);
    // Who writes something else by now goes on with that.
    if (drafts.get(roomId) === written) setBegun(resumed(draft, roomId, chat.user.id, entries));
  }
  /** Nothing is left of its text: it is asked what that means. */
  const [isEmpty, setEmpty] = useState(false);
  // A message that was on its way has got an id meanwhile; its key stays.
  const present = begun && entries.findLast(({ key }) => key === begun.key);
  const isGone = present?.deleted !== undefined;
  useEffect(() => {
    if (isGone && begun) drafts.setEdit(roomId, idsOf(begun), undefined);
  }, [isGone, begun, drafts, roomId]);

  const begin = useCallback(
    (entry: Entry) => {
      const kept = drafts.edits(roomId).findLast(({ id }) => idsOf(entry).includes(id));
      setDraft(undefined);
      setText(kept?.text);
      setBegun(asBegun(entry, kept?.rev));
      field.current?.focus();
    },
    [drafts, roomId, field],
  );
  const end = () => {
    if (begun) drafts.setEdit(roomId, idsOf(begun), undefined);
    const next = drafts.lastEdit(roomId);
    setText(next?.text);
    setBegun(next && resumed(next, roomId, chat.user.id, entries));
    setEmpty(false);
  };

  return {
    target: begun && { key: begun.key, text: text ?? begun.message, isGone },
    /** The message is to have this text, which is not saved yet. */
    write: (next: string) => {
      if (!begun || isGone) return;
      const isNew = next !== begun.message;
      const draft = { id: idOf(begun), rev: seenRev(begun, present), text: next };
      drafts.setEdit(roomId, idsOf(begun), isNew ? draft : undefined);
    },
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
      const last = entries.findLast(
        (entry) => (entry.state === 'failed' && entry.from === chat.user.id) || chat.now() < editEnd(entry, chat),
      );
      if (last?.state === 'failed' && last.clientId !== undefined) {
        chat.discard(roomId, last.clientId);
        return last.message;
      }
      if (last) begin(last);
      return undefined;
    },
  };
}
