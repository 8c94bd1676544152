import { z } from 'zod';
import { ACTIONS, CALLS, type CallName, callNamed, RIGHTS, WORK } from '..';

const names = Object.keys(CALLS) as CallName[];

it.each(names)('%s can be asked, and what it is passed on as is there', (name) => {
  const { socket, http, work, request } = callNamed(name);
  expect(socket || http).toBeTruthy();
  if (work === undefined) return;
  const passed: z.ZodType | undefined = WORK[work as keyof typeof WORK]?.request;
  expect(passed).toBeInstanceOf(z.ZodObject);
  expect(Object.keys((passed as z.ZodObject).shape)).toEqual(
    expect.arrayContaining(['userId', ...Object.keys((request as z.ZodObject).shape)]),
  );
});

it('a path names fields of its request, and no two routes are alike', () => {
  const routes = names.flatMap((name) => {
    const { http, request } = callNamed(name);
    if (!http) return [];
    const fields = Object.keys((request as z.ZodObject).shape);
    for (const [, param] of http.path.matchAll(/:(\w+)/g)) expect(fields).toContain(param);
    return [`${http.method} ${http.path.replace(/:\w+/g, ':')}`];
  });
  expect(new Set(routes).size).toBe(routes.length);
});

it('a call names an action that there is: another word would be one that every member may do', () => {
  expect([...ACTIONS].sort()).toEqual(Object.keys(RIGHTS).sort());
});
