/** What acknowledges a call, as the JSON of an object that is passed on unread; to whoever reads it all the same it is that object. */
export class JsonAnswer {
  readonly text: string;

  /** @param object JSON of one, without what says that the call was accepted */
  constructor(object: string) {
    this.text = object === '{}' ? '{"ok":true}' : `{"ok":true,${object.slice(1)}`;
  }

  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}
