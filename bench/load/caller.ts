import { clientFrame } from './frames';
import { BenchSocket, type Handshake } from './socket';

/** Calls over a socket, one thing at a time. */
export class Caller {
  private socket!: BenchSocket;
  private count = 0;
  private answered: (refusal: string | undefined) => void = () => undefined;

  private constructor() {}

  /** @param okAnswer how the answer to a call begins that went well */
  static async open(handshake: Handshake, okAnswer: string): Promise<Caller> {
    const caller = new Caller();
    const ignore = () => undefined;
    const listener = {
      copy: ignore,
      loose: ignore,
      astray: ignore,
      taken: ignore,
      dueOf: () => Number.NaN,
      answered: (_mark: number, refusal: string | undefined) => caller.answered(refusal),
      closed: () => caller.answered('closed'),
    };
    caller.socket = await BenchSocket.open(handshake, listener, okAnswer);
    return caller;
  }

  /** @throws Error when it is refused */
  call(name: string, request: object): Promise<void> {
    return new Promise((resolve, reject) => {
      this.answered = (refusal) => (refusal === undefined ? resolve() : reject(new Error(`${name}: ${refusal}`)));
      this.count += 1;
      this.socket.send(clientFrame(`42${this.count}${JSON.stringify([name, request])}`));
    });
  }

  close(): void {
    this.socket.close();
  }
}
