import type { KeptList } from '@app/client';
import type { Chat } from '../chat';
import { endOf, readEnd, readEnds, write } from './database';
import { Filler } from './filler';
import { forgetUser, isRemembered } from './whose';

/** Rooms with the latest activity: their messages are kept, and so many stand in the kept list. */
const MAX_ROOMS = 100;
/** Of a room's last message a line is shown. */
const MAX_PREVIEW = 300;
/** What comes within this time is written together. */
const COALESCE_MS = 1000;
/** A storage that fails so often in a row is not used. */
const MAX_FAILURES = 3;

/**
 * Keeps what a chat knows on the device, shortly after it changes; gives up where that does not work, and once the user has
 * signed out, in whichever tab.
 * @returns what ends it
 */
export function keep(chat: Chat): () => void {
  const keeper = new Keeper(chat);
  return () => keeper.stop();
}

class Keeper {
  private listChanged = true;
  private readonly changed = new Set<string>();
  /** People who spoke, until their names are kept. */
  private readonly unnamed = new Set<string>();
  /** The `seq` up to which this page has written each room. */
  private readonly written = new Map<string, number>();
  private readonly endings: (() => void)[];
  private readonly filler: Filler;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private begun = false;
  private writing = false;
  /** Something changed meanwhile. */
  private again = false;
  private failures = 0;
  private stopped = false;

  constructor(private readonly chat: Chat) {
    const { id } = chat.user;
    this.filler = new Filler(chat, MAX_ROOMS, {
      all: () => readEnds(id),
      one: (roomId) => readEnd(id, roomId),
    });
    const left = () => {
      if (document.visibilityState === 'hidden') void this.flush();
    };
    document.addEventListener('visibilitychange', left);
    window.addEventListener('pagehide', left);
    this.endings = [
      chat.on('rooms', () => {
        this.listChanged = true;
        this.soon();
      }),
      chat.on('view', (roomId) => {
        this.changed.add(roomId);
        this.soon();
      }),
      chat.on('names', () => {
        if (this.unnamed.size > 0) this.soon();
      }),
      () => document.removeEventListener('visibilitychange', left),
      () => window.removeEventListener('pagehide', left),
      () => clearTimeout(this.timer),
      () => this.filler.stop(),
    ];
    this.soon();
  }

  stop(): void {
    this.stopped = true;
    for (const end of this.endings) end();
  }

  private soon(): void {
    this.again = this.writing;
    if (this.stopped || this.writing) return;
    this.timer ??= setTimeout(() => void this.flush(), COALESCE_MS);
  }

  private async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    // Which rooms have the latest activity is known with the list alone.
    if (this.stopped || this.writing || !this.chat.listed) return;
    const { id } = this.chat.user;
    if (!isRemembered(id)) {
      this.stop();
      return;
    }
    this.writing = true;
    try {
      await this.write(id);
      this.failures = 0;
      this.filler.start();
    } catch {
      if (++this.failures === MAX_FAILURES) {
        // Full, damaged, of a later version: the next page begins anew.
        this.stop();
        await forgetUser(id);
      }
    } finally {
      this.writing = false;
    }
    if (this.stopped) return;
    // Signed out meanwhile, in another tab.
    if (!isRemembered(id)) {
      this.stop();
      await forgetUser(id);
    } else if (this.again) {
      this.soon();
    }
  }

  private async write(userId: string): Promise<void> {
    const { chat, written } = this;
    const list = this.listChanged ? chat.keepList() : undefined;
    if (list) this.listChanged = false;
    // What was loaded before one listened.
    if (!this.begun) for (const room of chat.rooms) this.changed.add(room.id);
    this.begun = true;
    const kept = new Set(chat.rooms.slice(0, MAX_ROOMS).map((room) => room.id));
    const rooms = [...this.changed].filter((roomId) => kept.has(roomId));
    this.changed.clear();
    const histories = rooms.flatMap((roomId) => chat.keepHistory(roomId) ?? []);
    for (const { messages } of histories) for (const { from } of messages) this.unnamed.add(from);
    for (const { lastMessage } of list?.rooms ?? []) if (lastMessage) this.unnamed.add(lastMessage.from);
    const names = [...this.unnamed].flatMap((id) => {
      const username = chat.nameOf(id);
      return username == null ? [] : { id, username };
    });
    if (!list && histories.length === 0 && names.length === 0) return;

    const setBack = new Set(
      histories.filter(({ roomId, position }) => position.seq < (written.get(roomId) ?? 0)).map(({ roomId }) => roomId),
    );
    try {
      await write(userId, { ...(list && { list: shortened(list) }), histories, setBack, names });
    } catch (error) {
      this.again = true;
      this.listChanged ||= list !== undefined;
      for (const { roomId } of histories) this.changed.add(roomId);
      throw error;
    }
    for (const { id } of names) this.unnamed.delete(id);
    for (const history of histories) {
      written.set(history.roomId, history.position.seq);
      this.filler.wrote(history.roomId, endOf(history));
    }
  }
}

/** A list of bounded length and size. */
function shortened(list: KeptList): KeptList {
  const rooms = list.rooms.slice(0, MAX_ROOMS).map((room) => {
    const { lastMessage } = room;
    if (!lastMessage || lastMessage.message.length <= MAX_PREVIEW) return room;
    const message = [...lastMessage.message.slice(0, 2 * MAX_PREVIEW)].slice(0, MAX_PREVIEW).join('');
    return { ...room, lastMessage: { ...lastMessage, message } };
  });
  return { ...list, rooms };
}
