import { ChatError } from '@app/contracts';

interface Task {
  start: () => void;
  isAlone: boolean;
}

interface Room {
  running: number;
  /** The one that runs must be over before the next begins. */
  isAlone: boolean;
  waiting: Task[];
}

/**
 * What a connection sends to rooms, in the order sent. Its commands need not wait for each other: they keep their order on the way
 * (`lane` of a call). What is to be alone does wait, and is waited for.
 */
export class SendQueue {
  private readonly rooms = new Map<string, Room>();
  private count = 0;

  /** @param max messages on their way at once */
  constructor(private readonly max: number) {}

  get isIdle(): boolean {
    return this.count === 0;
  }

  /**
   * Runs a task, after those before it for the same room that are alone.
   * @param isAlone after all before it, whatever becomes of them, and before all behind it
   * @throws ChatError `overloaded` at once when too many are on their way
   */
  run<T>(roomId: string, task: () => Promise<T>, isAlone = false): Promise<T> {
    if (this.count >= this.max) {
      return Promise.reject(new ChatError('overloaded', 'Too many messages on their way', 1000));
    }
    this.count += 1;
    const room = this.rooms.get(roomId) ?? { running: 0, isAlone: false, waiting: [] };
    this.rooms.set(roomId, room);
    if (!isAlone && !room.isAlone && room.waiting.length === 0) return this.begun(roomId, room, task());
    return new Promise((resolve, reject) => {
      const start = () => {
        task().then(
          (value) => {
            this.over(roomId, room);
            resolve(value);
          },
          (error: unknown) => {
            this.over(roomId, room);
            reject(error);
          },
        );
      };
      room.waiting.push({ start, isAlone });
      this.startNext(room);
    });
  }

  private begun<T>(roomId: string, room: Room, running: Promise<T>): Promise<T> {
    room.running += 1;
    const over = () => this.over(roomId, room);
    running.then(over, over);
    return running;
  }

  private startNext(room: Room): void {
    for (let next = room.waiting[0]; next; next = room.waiting[0]) {
      if (room.isAlone || (next.isAlone && room.running > 0)) return;
      room.waiting.shift();
      room.running += 1;
      room.isAlone = next.isAlone;
      next.start();
    }
  }

  private over(roomId: string, room: Room): void {
    this.count -= 1;
    room.running -= 1;
    room.isAlone = false;
    this.startNext(room);
    if (room.running === 0) this.rooms.delete(roomId);
  }
}
