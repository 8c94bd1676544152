import { ChatApi, CookieJar } from '@app/client';
import type { User } from '@app/contracts';

/** Everybody's. */
export const PASSWORD = 'password of chaos';

/** Somebody who can sign in, with the cookie of the session. */
export interface Account {
  user: User;
  cookie: string;
  /** With the cookie, as a browser would. */
  fetch: typeof fetch;
}

/** Registers somebody new. @param url of the server */
export async function register(url: string, username: string): Promise<Account> {
  const jar = new CookieJar();
  const user = await new ChatApi({ url, fetch: jar.fetch }).register(username, PASSWORD);
  return { user, cookie: jar.cookie, fetch: jar.fetch };
}
