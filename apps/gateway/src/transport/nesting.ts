const QUOTE = 34;
const BACKSLASH = 92;
/** More than twice what any call or body needs. */
const MAX_NESTING = 16;

/** Takes a body of JSON that may be read. For body-parser. @throws an error with a status for any other */
export function verifyBody(_request: unknown, _response: unknown, body: Buffer, encoding: string): void {
  // Brackets and quotes are ASCII, so their bytes are part of no other character in UTF-8.
  if (encoding === 'utf-8' && !isTooDeep(body.toString('latin1'))) return;
  throw Object.assign(new Error('Malformed'), { status: 400 });
}

/** Whether JSON is nested too deep to be read. @param from where it begins */
export function isTooDeep(json: string, from = 0): boolean {
  return isDeeper(json, MAX_NESTING, from);
}

/**
 * Whether JSON is nested deeper than so many levels, without reading it: what is deep costs more to read than its length
 * suggests. For a text that is no JSON the answer has no meaning.
 * @param from where it begins
 */
export function isDeeper(json: string, levels: number, from = 0): boolean {
  let depth = 0;
  for (let i = from; i < json.length; i++) {
    const c = json.charCodeAt(i);
    if (c === QUOTE) {
      i = endOfText(json, i);
    } else if (c === 91 || c === 123) {
      if (++depth > levels) return true;
    } else if (c === 93 || c === 125) {
      depth--;
    }
  }
  return false;
}

/** @param from the quote that opens it @returns the place of the one that closes it */
function endOfText(json: string, from: number): number {
  for (let i = from + 1; i < json.length; i++) {
    const c = json.charCodeAt(i);
    if (c === QUOTE) return i;
    if (c === BACKSLASH) i++;
  }
  return json.length;
}
