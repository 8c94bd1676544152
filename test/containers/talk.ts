import { type ChatClient, signIn } from '@app/client';
import { passwordOf, until } from '@app/testing';

const PATIENCE_MS = 60_000;

/**
 * The demo's four talk in General while something else happens, and nothing of it is missing, doubled or in another
 * order with any of them.
 * @param about begins their messages
 * @param meanwhile is given a wait for so many more messages
 * @returns all that they said
 */
export async function whileTheyTalk(
  url: string,
  about: string,
  meanwhile: (more: (n: number) => Promise<void>) => Promise<unknown>,
): Promise<string[]> {
  const people = await Promise.all(['Pablo', 'Joe', 'Mary', 'Alex'].map((name) => enter(url, name)));
  let count = 0;
  const talking = setInterval(() => {
    people[count % people.length]?.send('0', `${about} ${count}`);
    count += 1;
  }, 50);
  const more = (n: number) => {
    const goal = count + n;
    return until(() => count >= goal, 'talk to go on', PATIENCE_MS);
  };
  await meanwhile(more).finally(() => clearInterval(talking));
  for (const client of people) client.send('0', `${about}, last of ${client.user.username}`);
  const whatIsThere = (client: ChatClient) =>
    client.view('0').entries.filter(({ message }) => message.startsWith(about));
  const isWhole = (client: ChatClient) => {
    const entries = whatIsThere(client);
    return (
      entries.length >= count + people.length && entries.every(({ state }) => state === undefined || state === 'sent')
    );
  };
  await until(() => people.every(isWhole), 'everything to be stored and seen by all', PATIENCE_MS);
  const [first = [], ...others] = people.map((client) => whatIsThere(client).map(({ message }) => message));
  for (const client of people) client.disconnect();
  expect(new Set(first).size).toBe(count + people.length);
  expect(first).toHaveLength(count + people.length);
  for (const other of others) expect(other).toEqual(first);
  return first;
}

async function enter(url: string, name: string): Promise<ChatClient> {
  const client = await signIn(url, name, passwordOf(name));
  client.connect();
  await client.open('0');
  return client;
}
