import { type CallAck, type Changed, type Message, type Page, revOf } from '@app/contracts';
import type { Ears, Person } from '@app/testing';

/** Edits a message as a client does. */
export const edit = (ears: Ears, message: Message, text: string): Promise<CallAck<'message.edit'>> =>
  ears.call('message.edit', { id: message.id, message: text, ifRev: revOf(message) }) as Promise<
    CallAck<'message.edit'>
  >;
/** Edits, and gives the edited message. @throws Error with the code of a refusal */
export const edited = async (ears: Ears, message: Message, text: string): Promise<Message> => {
  const answer = await edit(ears, message, text);
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.message;
};
/** Deletes, and gives the tombstone. @throws Error with the code of a refusal */
export const remove = async (ears: Ears, message: Message): Promise<Message> => {
  const answer = await ears.call('message.delete', { id: message.id });
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.message;
};
/** Whether a change made a message what it is. */
export const changeTo = (message: Message) => (changed: Changed) =>
  changed.message?.id === message.id && changed.rev === revOf(message);
/** A room's newest messages. */
export const pageOf = async (person: Person, roomId: string): Promise<Page> =>
  (await person.get(`/api/rooms/${roomId}/messages?limit=200`)).body;
/** The path of a message. */
export const at = ({ id }: Message) => `/api/messages/${encodeURIComponent(id)}`;
