import { revOf } from '@app/contracts';
import type { Chat } from '../chat';
import type { End } from './database';

/** Between two rooms; longer once the first, which are read most, are there. */
const PAUSE_MS = [200, 1000] as const;
const FIRST_ROOMS = 20;

/** Where kept histories end. */
interface Ends {
  all: () => Promise<Map<string, End>>;
  /** Another tab may have written it meanwhile. */
  one: (roomId: string) => Promise<End | undefined>;
}

/**
 * Loads the end of rooms that nobody has opened on this page, little by little, where what is kept of them is older than
 * what the list of rooms says was said last.
 */
export class Filler {
  private ends: Map<string, End> | undefined;
  private readonly tried = new Set<string>();
  private running = false;
  private stopped = isSaving();

  constructor(
    private readonly chat: Chat,
    private readonly maxRooms: number,
    private readonly read: Ends,
  ) {}

  /** Begins, unless it has: to be called whenever there may be something to load. */
  start(): void {
    if (this.running || this.stopped) return;
    this.running = true;
    this.fill()
      .catch(() => this.stop())
      .finally(() => {
        this.running = false;
      });
  }

  stop(): void {
    this.stopped = true;
  }

  /** A history was kept. */
  wrote(roomId: string, end: End): void {
    this.ends?.set(roomId, end);
  }

  private async fill(): Promise<void> {
    this.ends ??= await this.read.all();
    const [short, long] = PAUSE_MS;
    for (let roomId = this.next(); roomId !== undefined; roomId = this.next()) {
      await new Promise((resolve) => setTimeout(resolve, this.tried.size < FIRST_ROOMS ? short : long));
      if (this.stopped || this.chat.state.status !== 'online') return;
      const end = await this.read.one(roomId);
      if (end) this.ends.set(roomId, end);
      if (!this.isBehind(roomId)) continue;
      this.tried.add(roomId);
      // Refused, or the client was closed: then without.
      await this.chat.open(roomId).catch(() => undefined);
    }
  }

  /** A room to be loaded; once loaded, it is kept current. */
  private next(): string | undefined {
    if (this.stopped || this.chat.state.status !== 'online') return undefined;
    const rooms = this.chat.rooms.slice(0, this.maxRooms);
    return rooms.find(({ id }) => !this.tried.has(id) && this.isBehind(id))?.id;
  }

  private isBehind(roomId: string): boolean {
    if (this.chat.view(roomId).loaded) return false;
    const room = this.chat.rooms.find(({ id }) => id === roomId);
    const end = this.ends?.get(roomId);
    return room?.lastMessage != null && (end?.last !== room.lastMessage.id || (end ? revOf(end) : 0) < revOf(room));
  }
}

/** Whether one has asked the browser to save data. */
function isSaving(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}
