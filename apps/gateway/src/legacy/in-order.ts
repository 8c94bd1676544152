import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { whenAnswered } from '../auth/answered';

/** Lets the answers of a session leave in the order in which they were asked for, however long each takes. */
@Injectable()
export class InOrder {
  private readonly last = new Map<string, Promise<void>>();

  /**
   * To be called when a request comes; what it asks for can be fetched meanwhile.
   * @returns resolves when those before it are answered, or given up
   */
  enter(session: string, response: Response): Promise<void> {
    const before = this.last.get(session) ?? Promise.resolve();
    const answered = new Promise<void>((resolve) => whenAnswered(response, resolve));
    const all = before.then(() => answered);
    this.last.set(session, all);
    void all.then(() => {
      if (this.last.get(session) === all) this.last.delete(session);
    });
    return before;
  }
}
