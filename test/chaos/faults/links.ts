import { type Choice, type LinkProxy, type RedisLinks, until } from '@app/testing';
import type { Random } from '../random';
import type { Heal, Occasion } from './occasion';

/** Generous, for a busy machine. */
const CONNECTED_MS = 300_000;

export const cutClientLinks = async (occasion: Occasion) => cut(await clientLinks(occasion), occasion);
export const freezeClientLinks = async (occasion: Occasion) => freeze(await clientLinks(occasion), occasion);
export const slowClientLinks = async (occasion: Occasion) => slow(await clientLinks(occasion), occasion);
export const cutRedisLinks = async (occasion: Occasion) => cut(await redisLinks(occasion), occasion);
export const freezeRedisLinks = async (occasion: Occasion) => freeze(await redisLinks(occasion), occasion);
export const slowRedisLinks = async (occasion: Occasion) => slow(await redisLinks(occasion), occasion);

async function clientLinks({ system, target }: Occasion): Promise<LinkProxy> {
  const links = system.member(target).clientLinks;
  if (!links) throw new Error(`${target} has no clients`);
  await until(() => links.size > 0, `clients of ${target}`, CONNECTED_MS);
  return links;
}

async function redisLinks({ system, target }: Occasion): Promise<RedisLinks> {
  const { redisLinks: links } = system.member(target);
  await until(() => links.size > 0, `${target} to connect to Redis`, CONNECTED_MS);
  return links;
}

async function cut(links: LinkProxy | RedisLinks, { random }: Occasion): Promise<Heal> {
  const choice = some(random);
  await until(() => links.cut(choice) > 0, 'a connection to cut', CONNECTED_MS);
  return () => undefined;
}

/** New connections work in one half of the cases, as after a router lost its memory, and hang in the other. */
function freeze(links: LinkProxy | RedisLinks, { random }: Occasion): Heal {
  return links.freeze(some(random), random.chance(0.5));
}

function slow(links: LinkProxy | RedisLinks, { random }: Occasion): Heal {
  return links.slow(some(random), random.between(50, 600));
}

/** All of the connections, or a part of them. */
function some(random: Random): Choice {
  const share = random.chance(0.3) ? 1 : random.between(0.3, 0.9);
  return () => random.chance(share);
}
