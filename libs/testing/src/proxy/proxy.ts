import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../../../scripts/lib/free-port.mjs';
import { Link } from './link';

/** Which of a proxy's connections a fault is for. */
export type Choice = () => boolean;

/** Stands between clients and one server, and breaks their connections when told to. */
export class LinkProxy {
  private readonly links = new Set<Link>();
  private readonly server: Server;
  /** What befalls new connections too. */
  private forNew: ((link: Link) => void) | undefined;

  private constructor(
    readonly port: number,
    private readonly targetPort: number,
  ) {
    this.server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => this.accept(socket));
  }

  /** @param targetPort on this machine; nobody needs to listen there yet */
  static async start(targetPort: number): Promise<LinkProxy> {
    const proxy = new LinkProxy(await freePort(), targetPort);
    await new Promise<void>((resolve, reject) => {
      proxy.server.once('error', reject);
      proxy.server.listen(proxy.port, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get size(): number {
    return this.links.size;
  }

  /** Cuts connections. @returns how many */
  cut(choice: Choice): number {
    const chosen = [...this.links].filter(choice);
    for (const link of chosen) link.cut();
    return chosen.length;
  }

  /**
   * Makes connections half-open.
   * @param newToo new ones hang as well
   * @returns ends it; connections that lost something end then
   */
  freeze(choice: Choice, newToo: boolean): () => void {
    return this.afflict(
      choice,
      newToo,
      (link) => link.freeze(),
      (link) => link.thaw(),
    );
  }

  /** Slows connections, new ones too. @returns ends it */
  slow(choice: Choice, ms: number): () => void {
    return this.afflict(
      choice,
      true,
      (link) => link.slow(ms),
      (link) => link.slow(0),
    );
  }

  stop(): void {
    this.server.close();
    for (const link of this.links) link.cut();
  }

  private afflict(choice: Choice, newToo: boolean, begin: (link: Link) => void, end: (link: Link) => void): () => void {
    const afflicted = new Set([...this.links].filter(choice));
    for (const link of afflicted) begin(link);
    const forNew = (link: Link) => {
      if (!choice()) return;
      afflicted.add(link);
      begin(link);
    };
    if (newToo) this.forNew = forNew;
    return () => {
      if (this.forNew === forNew) this.forNew = undefined;
      for (const link of afflicted) end(link);
    };
  }

  private accept(near: Socket): void {
    const far = connect({ port: this.targetPort, host: '127.0.0.1', allowHalfOpen: true });
    far.once('connect', () => near.resume());
    const link = new Link(near, far, () => this.links.delete(link));
    this.links.add(link);
    this.forNew?.(link);
  }
}
