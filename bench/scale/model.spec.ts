import { bend, gatewayLoad, hearersOf, plan, redisLoad } from './model';
import { costs } from './spec-support/costs';

const bounds = { load: 0.5, connectionsPerGateway: 20_000 };

it('needs one of each for a few', () => {
  const few = plan(costs, { connections: 36, messagesPerHour: 100, audience: 10 }, 'messages', bounds);
  expect(few).toEqual({
    messagesPerS: 1,
    copiesPerS: 10,
    gateways: 1,
    hearing: 0,
    heartbeats: 1e-6,
    replicas: 1,
    takeOverS: 0,
    shards: 1,
    commandsPerS: 8,
    gatewayMemory: 360_000,
    redisMemoryPerDay: 86_400 * 400,
    repeatMemory: 86_400 * 200,
  });
});

it('gives each gateway its share of senders and copies, and all of the hearing', () => {
  // 10,000 messages/s: hearing takes 0.1 of each core; 10,000 × (50 + 100 × 1) µs are 1.5 cores over 0.4 each.
  const many = plan(costs, { connections: 36_000, messagesPerHour: 1000, audience: 100 }, 'messages', bounds);
  expect(many.gateways).toBe(4);
  // 9,000 connections, 1 ms each, on three gateways that are half idle.
  expect(many.takeOverS).toBeCloseTo(6);
  expect(many.replicas).toBe(1);
  expect(many.shards).toBe(1);
  const share = { sent: 2500, copies: 250_000, heard: 10_000 };
  expect(gatewayLoad(costs, share)).toBeCloseTo(0.15 + 0.25 + 0.075);
  expect(gatewayLoad(costs, share)).toBeLessThanOrEqual(bounds.load);
});

it('is bound by connections where nobody says much', () => {
  expect(plan(costs, { connections: 1_000_000, messagesPerHour: 1, audience: 10 }, 'messages', bounds).gateways).toBe(
    50,
  );
});

it('bends where hearing every message fills a gateway', () => {
  expect(bend(costs, bounds)).toBe(50_000);
  const over = plan(costs, { connections: 1_800_000, messagesPerHour: 100, audience: 10 }, 'messages', bounds);
  expect(over.messagesPerS).toBe(50_000);
  expect(over.gateways).toBe(Number.POSITIVE_INFINITY);
});

it('has those hear a message who have people in its room, where rooms have channels', () => {
  expect(hearersOf('messages', 200, 50)).toBe(200);
  // Fifty people on any of 200 gateways are on 44 of them; in pairs of gateways two people are on one and a half.
  expect(hearersOf('sharded', 200, 50)).toBeCloseTo(44.3, 1);
  expect(hearersOf('sharded', 2, 2)).toBe(1.5);
  const crowd = { connections: 1_800_000, messagesPerHour: 100, audience: 10 };
  expect(plan(costs, crowd, 'sharded', bounds).gateways).toBeLessThan(100);
});

it('counts the heartbeats that all gateways hear of all', () => {
  expect(redisLoad(costs, { messagesPerS: 0, hearers: 0, gateways: 200 })).toBeCloseTo(0.04);
});
