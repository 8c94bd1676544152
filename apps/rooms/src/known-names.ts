/** As many as two lists of the longest need. */
const MOST = 20_000;

/** What users of this database are called: that never changes. Whose name is not known is asked for. */
export class KnownNames {
  private epoch: string | null = null;
  private readonly names = new Map<string, string>();

  /**
   * @param epoch the database's name, as it was before; null: unknown
   * @param ask gives the names of those who have one
   */
  async of(
    ids: readonly string[],
    epoch: string | null,
    ask: (ids: string[]) => Promise<ReadonlyMap<string, string>>,
  ): Promise<ReadonlyMap<string, string>> {
    if (epoch === null || epoch !== this.epoch) this.names.clear();
    this.epoch = epoch;
    const found = new Map(ids.flatMap((id) => (this.names.has(id) ? [[id, this.names.get(id) as string]] : [])));
    const unknown = ids.filter((id) => !found.has(id));
    if (unknown.length === 0) return found;
    for (const [id, name] of await ask(unknown)) {
      found.set(id, name);
      // The database that they were asked of may be a newer one, but not an older.
      if (this.epoch === epoch && epoch !== null) this.names.set(id, name);
    }
    for (const id of this.names.keys()) {
      if (this.names.size <= MOST) break;
      this.names.delete(id);
    }
    return found;
  }
}
