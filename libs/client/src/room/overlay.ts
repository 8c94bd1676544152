import type { ChangeCommand, Entry, EntryChange } from '../types';

/** What can be changed: a line of a room, or its message. */
type Changeable = Pick<Entry, 'id' | 'clientId' | 'from' | 'message' | 'edited' | 'deleted' | 'change'>;

/** One's own changes of a room's messages that the server does not have: shown over what is stored, until it has. */
export class Overlay {
  /** By the message's id, or the client id of one that is on its way; in the order given. */
  private byTarget = new Map<string, ChangeCommand[]>();
  /** What was made of each, so that it stays the same object. */
  private made = new WeakMap<Changeable, Changeable>();

  /**
   * @param userId whose changes these are
   * @param changed what is to be shown has changed
   */
  constructor(
    private readonly userId: string,
    private readonly changed: () => void,
  ) {}

  /** These are all there are. */
  set(commands: readonly ChangeCommand[]): void {
    this.changed();
    this.byTarget = new Map();
    this.made = new WeakMap();
    for (const command of commands) {
      const target = command.id ?? command.of ?? '';
      this.byTarget.set(target, [...(this.byTarget.get(target) ?? []), command]);
    }
  }

  /** Ids and client ids of the messages that are changed. */
  targets(): Iterable<string> {
    return this.byTarget.keys();
  }

  /** An entry or message as it is to be shown; the same as long as nothing changes. */
  over<T extends Changeable>(entry: T): T {
    const commands = this.changesOf(entry);
    if (!commands) return entry;
    const known = this.made.get(entry);
    if (known) return known as T;
    const made = commands.reduce<T>((shown, command) => this.apply(shown, command), entry);
    this.made.set(entry, made);
    return made;
  }

  private changesOf({ id, clientId, from }: Changeable): ChangeCommand[] | undefined {
    if (this.byTarget.size === 0) return undefined;
    const byId = id === undefined ? undefined : this.byTarget.get(id);
    return byId ?? (clientId !== undefined && from === this.userId ? this.byTarget.get(clientId) : undefined);
  }

  private apply<T extends Changeable>(
    shown: T,
    { kind, clientId, text, error, createdAt, notBefore }: ChangeCommand,
  ): T {
    const change: EntryChange = {
      kind,
      clientId,
      state: error ? 'failed' : notBefore === undefined ? 'sending' : 'waiting',
      ...(error && { error }),
      ...(text !== undefined && { text }),
    };
    if (error) return { ...shown, change };
    const date = createdAt / 1000;
    if (kind === 'delete') return { ...shown, message: '', deleted: { by: this.userId, date }, change };
    if (shown.deleted) return shown;
    // What failed is said even if something else is on its way.
    return { ...shown, message: text ?? '', edited: date, change: shown.change?.error ? shown.change : change };
  }
}
