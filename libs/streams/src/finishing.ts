import type { Entry } from './entry';

/**
 * A request that came by itself: the script that handles it may answer it and remove its entry as well
 * (`libs/redis/src/lua/finish.lua`), which spares a round trip.
 */
export class Finishing {
  /** The script did. */
  isDone = false;

  private constructor(
    /** Keys that the script needs, behind its own. */
    readonly keys: readonly string[],
    /** Arguments that it needs, behind its own. */
    readonly args: readonly string[],
  ) {}

  /** @returns undefined: it has to be answered, and its entry removed, afterwards */
  static of({ source, id, requests, open, whole }: Entry): Finishing | undefined {
    const [request] = requests;
    if (!source.isFinishedByScripts || whole || open !== 1 || requests.length !== 1) return undefined;
    if (request?.id === undefined || request.replyTo === undefined) return undefined;
    // As `replyPayload` has it.
    const answer = request.asText ? [`=${request.id} `, ''] : [`[{"id":${JSON.stringify(request.id)},"value":`, '}]'];
    return new Finishing([source.stream], [id, request.replyTo, ...answer]);
  }
}
