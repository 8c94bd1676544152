/** The last ids that were seen: recognises repeats without remembering everything. */
export class RecentIds {
  private readonly ids = new Set<string>();

  constructor(private readonly limit = 2000) {}

  /** @returns whether it was new */
  add(id: string): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    if (this.ids.size > this.limit) for (const oldest of this.ids.values()) return this.ids.delete(oldest);
    return true;
  }
}
