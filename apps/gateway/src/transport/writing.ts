import ws from 'ws';

/** `ws` has it for those who send one message to many; its types do not know it. */
const { Sender } = ws as unknown as {
  Sender: { frame(data: Buffer, options: Record<string, unknown>): Buffer[] };
};
const TEXT = { fin: true, opcode: 1, mask: false, rsv1: false, readOnly: false };
/** Engine.IO's packet type of a message. */
const MESSAGE = '4';

/** A packet of Socket.IO, and the WebSocket frame that carries it, made once for all sockets. */
export class Packet {
  private made: readonly Buffer[] | undefined;

  constructor(readonly text: string) {}

  get frame(): readonly Buffer[] {
    this.made ??= Sender.frame(Buffer.from(MESSAGE + this.text), TEXT);
    return this.made;
  }
}

/** What is written to a socket in one piece. Sockets that hear the same share it. */
export class Writing {
  private readonly followers = new Map<readonly Packet[], Writing>();
  private joined: Buffer | undefined;

  constructor(readonly packets: readonly Packet[]) {}

  /** The same with more after it; one and the same for the same packets. */
  followedBy(packets: readonly Packet[]): Writing {
    const known = this.followers.get(packets);
    if (known) return known;
    const longer = new Writing([...this.packets, ...packets]);
    this.followers.set(packets, longer);
    return longer;
  }

  /** Their frames, as they go over the wire. */
  get bytes(): Buffer {
    this.joined ??= Buffer.concat(this.packets.flatMap(({ frame }) => frame));
    return this.joined;
  }
}
