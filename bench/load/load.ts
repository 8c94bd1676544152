import { atOnce } from '../../scripts/lib/at-once.mjs';
import type { BenchRoom, RunningSystem } from '../systems/system';
import { Faults } from './faults';
import { markedText, markOf, senderOf } from './frames';
import { RoomLog } from './room-log';
import { SenderOrder } from './sender-order';
import { BenchSocket } from './socket';

const AT_A_TIME = 50;
const TEXT_LENGTH = 100;
/** Nothing arrives for so long: it does not come any more. */
const GIVE_UP_MS = 10_000;
const LOOK_MS = 10;
const RETRY_MS = 100;
const MOST_TRIES = 50;

/** Who sends to which room; numbered over all rooms. */
interface Sender {
  number: number;
  socket: BenchSocket;
  room: OpenRoom;
  sent: number;
}

interface OpenRoom {
  id: string;
  members: ReadonlySet<number>;
  senders: Sender[];
  next: number;
}

/** The people of a system: their sockets, what they send, and whether all of it arrives where it should. */
export class Load {
  readonly faults = new Faults();
  readonly sockets: BenchSocket[] = [];
  sent = 0;
  answered = 0;
  copies = 0;
  /** Copies of what was sent so far. */
  expected = 0;
  /** In ms, from when a message was due. */
  latencies: number[] = [];
  private note: 'copies' | 'answers' | undefined;
  private isNoted: (person: number) => boolean = () => true;
  private readonly senders: Sender[] = [];
  private readonly dues = new Map<number, number>();
  private rooms: OpenRoom[] = [];
  private log: RoomLog | undefined;
  /** Called when something arrived. */
  private progressed: () => void = () => undefined;

  constructor(private readonly system: RunningSystem) {}

  /**
   * Connects people who are not connected yet, trying again when that fails.
   * @param gatewayOf which gateway a person connects to
   * @param atATime how many connect at the same time
   */
  async connect(
    people: readonly number[],
    gatewayOf: (person: number) => number = () => 0,
    atATime = AT_A_TIME,
  ): Promise<void> {
    const waiting = people.filter((person) => !this.sockets[person]);
    await atOnce(waiting.length, atATime, async (n) => {
      const person = waiting[n] as number;
      this.sockets[person] = await this.openPatiently(person, gatewayOf(person));
    });
  }

  /** All sockets are about to be closed from the other side: forgets them. */
  forgetSockets(): void {
    for (const socket of this.sockets.splice(0)) socket?.expectEnd();
  }

  /** Bytes that all sockets together have got. */
  get bytes(): number {
    return this.sockets.reduce((sum, socket) => sum + socket.bytes, 0);
  }

  /**
   * From now on messages go to these rooms. With one room, all copies are compared with each other; with more, or where
   * they differ, each socket's are looked at by themselves.
   * @param sendersOf how many members of a room send
   */
  use(rooms: readonly BenchRoom[], sendersOf: (room: BenchRoom) => number): void {
    this.rooms = rooms.map((room) => this.openRoom(room, sendersOf(room)));
    const [only] = this.rooms;
    this.log = undefined;
    if (this.rooms.length === 1 && only && !this.system.copiesDiffer) {
      const sockets = [...only.members].map((person) => this.sockets[person] as BenchSocket);
      const isSender = (mark: number) => this.senders[senderOf(mark)]?.room === only;
      const oldest = () => sockets.reduce((least, { incoming }) => Math.min(least, incoming.reached), Infinity);
      this.log = new RoomLog(isSender, this.faults, oldest);
      for (const { incoming } of sockets) incoming.follow(this.log);
    } else {
      for (const { incoming } of this.sockets) incoming?.follow(undefined);
    }
  }

  /**
   * Keeps so many copies on their way until `stop` is aborted (with `by: 'answers'`, so many unanswered messages).
   * @param pick which room is next; round and round when not said
   */
  closedLoop(
    window: number,
    stop: AbortSignal,
    by: 'copies' | 'answers' = 'copies',
    pick?: () => number,
  ): Promise<void> {
    let turn = 0;
    const room = pick ?? (() => turn++ % this.rooms.length);
    const open = () => (by === 'copies' ? this.expected - this.copies : this.sent - this.answered);
    return new Promise((resolve) => {
      this.progressed = () => {
        while (open() < window) this.send(this.rooms[room()] as OpenRoom, performance.now());
      };
      stop.addEventListener('abort', () => {
        this.progressed = () => undefined;
        resolve();
      });
      this.progressed();
    });
  }

  /** Sends at a fixed rate, whatever comes back, until `stop` is aborted. */
  async openLoop(perSecond: number, stop: AbortSignal): Promise<void> {
    const everyMs = 1000 / perSecond;
    let turn = 0;
    for (let due = performance.now() + everyMs; !stop.aborted; due += everyMs) {
      const waitMs = due - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const now = performance.now();
      // A timer is good for a millisecond or so; past that the message is late, and so is its answer.
      this.send(this.rooms[turn++ % this.rooms.length] as OpenRoom, now - due < 2 ? now : due);
    }
  }

  /**
   * Notes latencies from now on: of copies, or of the answers to the senders.
   * @param isOf of whose copies; everybody's when not said
   */
  noteLatencies(what: 'copies' | 'answers' | undefined, isOf: (person: number) => boolean = () => true): void {
    this.note = what;
    this.isNoted = isOf;
    this.latencies = [];
  }

  /** Waits until all that was sent has arrived and is answered. @throws Error when anything was lost, or wrong */
  async settle(): Promise<void> {
    const answers = this.system.okAnswer !== undefined;
    let before = -1;
    let since = performance.now();
    while (this.copies < this.expected || (answers && this.answered < this.sent)) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const now = this.copies + this.answered;
      if (now !== before) since = performance.now();
      else if (performance.now() - since > GIVE_UP_MS) break;
      before = now;
    }
    if (this.copies < this.expected)
      this.faults.add('lost', `${this.expected - this.copies} copies of ${this.expected} did not come`);
    if (answers && this.answered < this.sent)
      this.faults.add('lost', `${this.sent - this.answered} answers of ${this.sent} did not come`);
    if (this.copies > this.expected) this.faults.add('repeated', `${this.copies} copies instead of ${this.expected}`);
    this.faults.mustBeNone();
    this.dues.clear();
  }

  /** Closes all sockets. */
  close(): void {
    for (const socket of this.sockets) socket?.close();
  }

  private openRoom({ id, members }: BenchRoom, count: number): OpenRoom {
    const room: OpenRoom = { id, members: new Set(members), senders: [], next: 0 };
    for (let n = 0; n < count; n++) {
      const person = members[Math.floor((n * members.length) / count)] as number;
      const sender = { number: this.senders.length, socket: this.sockets[person] as BenchSocket, room, sent: 0 };
      this.senders.push(sender);
      room.senders.push(sender);
    }
    return room;
  }

  private send(room: OpenRoom, due: number): void {
    const sender = room.senders[room.next++ % room.senders.length] as Sender;
    sender.sent++;
    const mark = markOf(sender.number, sender.sent);
    if (this.note) this.dues.set(mark, due);
    this.sent++;
    this.expected += room.members.size;
    sender.socket.send(this.system.message(room.id, markedText(mark, TEXT_LENGTH), mark));
  }

  private async openPatiently(person: number, gateway: number): Promise<BenchSocket> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.open(person, gateway);
      } catch (error) {
        if (tries === MOST_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS * (1 + Math.random())));
      }
    }
  }

  private open(person: number, gateway: number): Promise<BenchSocket> {
    const order = new SenderOrder();
    const listener = {
      copy: (due: number) => {
        this.copies++;
        if (this.note === 'copies' && !Number.isNaN(due) && this.isNoted(person))
          this.latencies.push(performance.now() - due);
      },
      taken: () => this.progressed(),
      loose: (mark: number) => {
        if (!this.senders[senderOf(mark)]?.room.members.has(person))
          this.faults.add('leaked', `mark ${mark} came to ${person}`);
        const wrong = order.see(mark);
        if (wrong) this.faults.add(wrong.fault, `mark ${mark} at ${person}`, wrong.count);
      },
      astray: (mark: number, ahead: number) => {
        const isHere = this.log && this.senders[senderOf(mark)]?.room.members.has(person);
        if (!isHere) this.faults.add('leaked', `mark ${mark} came to ${person}`);
        else if (ahead > 0) this.faults.add('lost', `before mark ${mark} at ${person}`, ahead);
        else this.faults.add('repeated', `mark ${mark} at ${person}`);
      },
      dueOf: (mark: number) => this.dues.get(mark) ?? Number.NaN,
      answered: (mark: number, refusal: string | undefined) => this.onAnswer(mark, refusal),
      closed: () => this.faults.add('lost', `the socket of ${person} was closed`),
    };
    return BenchSocket.open(this.system.handshake(person, gateway), listener, this.system.okAnswer);
  }

  private onAnswer(mark: number, refusal: string | undefined): void {
    this.answered++;
    if (refusal !== undefined) this.faults.add('refused', refusal);
    if (this.note === 'answers') this.latencies.push(performance.now() - (this.dues.get(mark) ?? Number.NaN));
  }
}
