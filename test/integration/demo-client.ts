import { Ears, Person } from '@app/testing';
import { io, type Socket } from 'socket.io-client-3';

/** What the demo's own browser client is made of: a cookie session and Socket.IO 3, polling first. */
export type DemoEars = Ears<Socket>;

const sockets: Socket[] = [];

/** Signs in as the demo's client does. */
export async function demoLogin(url: string, username: string, password = 'password123'): Promise<Person> {
  const person = Person.visitor(url);
  const { status, body } = await person.post('/login', { username, password });
  if (status >= 400) throw new Error(`${username} could not sign in: ${status}`);
  person.id = body.id;
  return person;
}

/** Opens a socket as the demo's client does, joins General, and notes all it hears. */
export async function demoSocket(person: Person): Promise<DemoEars> {
  const socket = io(person.url, { forceNew: true, extraHeaders: { cookie: person.cookie } });
  sockets.push(socket);
  const ears = new Ears(socket);
  await ears.next('hello');
  socket.emit('room.join', '0');
  return ears;
}

/** Closes all sockets opened here. */
export function leaveAll(): void {
  for (const socket of sockets.splice(0)) socket.disconnect();
}
