import { signIn } from '@redis-chat/client';

const { CHAT_URL: url = 'http://localhost:3000', CHAT_USER = 'Joe', CHAT_PASSWORD = 'password123' } = process.env;
const bot = await signIn(url, CHAT_USER, CHAT_PASSWORD);
bot.on('message', ({ roomId, from, message }) => {
  if (from !== bot.user.id && message === 'ping') bot.send(roomId, 'pong');
});
bot.connect();
await bot.open('0'); // kept complete from here on: what is missed while offline is told of later
console.log(`${bot.user.username} answers at ${url}`);
