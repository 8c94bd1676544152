import { ChatApi } from '@app/client';
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
  let cookie = '';
  const withCookie: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    if (cookie) headers.set('cookie', cookie);
    const response = await fetch(input, { ...init, headers });
    const set = response.headers.getSetCookie()[0]?.split(';')[0];
    if (set) cookie = set;
    return response;
  };
  const api = new ChatApi({ url, fetch: withCookie });
  const user = await api.register(username, PASSWORD);
  return { user, cookie, fetch: withCookie };
}
