/**
 * The gateway that a Socket.IO session lives on: session ids are `<number of the gateway>.<random>`.
 * @param {string} url of a request
 * @returns {number | undefined} undefined: no session yet, or an id that none of ours made
 */
export function gatewayOf(url) {
  const query = url.indexOf('?');
  if (query < 0) return undefined;
  const number = /^(\d{1,5})\./.exec(new URLSearchParams(url.slice(query)).get('sid') ?? '')?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Spreads connections without a session over the gateways that are up. */
export class RoundRobin {
  #last = -1;

  /**
   * @param {boolean[]} up per gateway
   * @param {Set<number>} tried indexes not to choose again
   * @returns {number | undefined} index of a gateway; undefined when none is left
   */
  next(up, tried = new Set()) {
    for (let step = 1; step <= up.length; step += 1) {
      const index = (this.#last + step) % up.length;
      if (!up[index] || tried.has(index)) continue;
      this.#last = index;
      return index;
    }
    return undefined;
  }
}
