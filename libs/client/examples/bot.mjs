import { ChatApi, ChatClient } from '@redis-chat/client';

const { CHAT_URL: url = 'http://localhost:3000', CHAT_USER = 'Joe', CHAT_PASSWORD = 'password123' } = process.env;
let cookie = '';
const withCookie = async (input, init) => {
  const response = await fetch(input, { ...init, headers: { ...init?.headers, cookie } });
  cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
  return response;
};
const user = await new ChatApi({ url, fetch: withCookie }).signIn(CHAT_USER, CHAT_PASSWORD);
const bot = new ChatClient(user, { url, fetch: withCookie, socketOptions: { extraHeaders: { cookie } } });
bot.on('message', ({ roomId, from, message }) => {
  if (from !== user.id && message === 'ping') bot.send(roomId, 'pong');
});
bot.connect();
await bot.open('0'); // kept complete from here on: what is missed while offline is told of later
console.log(`${user.username} answers at ${url}`);
