import { type Cluster, type Ears, Person } from '@app/testing';

/** Two people at two gateways who want nothing but to talk while others attack. */
export class Honest {
  private count = 0;
  private drops = 0;

  private constructor(
    private readonly people: readonly [Person, Person],
    private readonly ears: readonly [Ears, Ears],
    private readonly roomId: string,
  ) {
    for (const { socket } of ears) socket.on('disconnect', () => this.drops++);
  }

  static async meet(cluster: Cluster): Promise<Honest> {
    const [ann, bob] = await Promise.all([
      Person.register(cluster.gateway(0).url, 'Ann Honest', 'a pass phrase of Ann'),
      Person.register(cluster.gateway(1).url, 'Bob Honest', 'a pass phrase of Bob'),
    ]);
    const { body } = await ann.post('/api/rooms', { userId: bob.id });
    return new Honest([ann, bob], await Promise.all([ann.connect(), bob.connect()]), body.id);
  }

  /** Talks once. @returns what did not go as it should */
  async complaints(): Promise<string[]> {
    const [ann, bob] = this.ears;
    const text = `line ${++this.count}`;
    const complaints: string[] = [];
    try {
      await ann.say(this.roomId, text);
      await bob.hears(text);
    } catch (error) {
      complaints.push(`${text} did not arrive: ${error instanceof Error ? error.message : error}`);
    }
    const expected = Array.from({ length: this.count }, (_, i) => `line ${i + 1}`);
    if (String(bob.texts(this.roomId)) !== String(expected)) complaints.push('not each line once and in order');
    const { status, body } = await this.people[1].get(`/api/rooms/${this.roomId}/messages?limit=1`);
    if (status !== 200 || body.messages?.[0]?.message !== text) complaints.push(`the history answers ${status}`);
    if (this.drops > 0) complaints.push(`${this.drops} connections of the honest broke`);
    this.drops = 0;
    return complaints;
  }

  leave(): void {
    for (const person of this.people) person.leave();
  }
}
