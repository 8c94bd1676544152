import { ChatError } from '@app/contracts';
import { until } from '@app/testing';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { serveWork } from './serve';
import { StreamsServer } from './server';
import { Bench, LIMITS } from './spec-support/service';
import { WorkContext } from './work-context';

const heard: string[] = [];
let failures = 0;

@Controller()
class RoomsController {
  @MessagePattern('rooms.authorize')
  authorize(@Payload() { userId }: { userId: string }, @Ctx() context: WorkContext): { key: boolean } {
    if (userId === '2') throw new ChatError('forbidden', 'Not a member');
    if (userId === '3' && context.attempts < 3) {
      failures += 1;
      throw new Error('not yet');
    }
    return { key: context.key.length > 0 };
  }

  @EventPattern('user.registered')
  registered(@Payload() user: { username: string }): void {
    heard.push(user.username);
  }
}

@Module({ controllers: [RoomsController] })
class RoomsModule {}

describe('a Nest application', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterAll(() => bench.stop());

  it('takes work and events with plain handlers, errors included', async () => {
    const app = await NestFactory.create(RoomsModule, { logger: false });
    const server = new StreamsServer({ service: 'rooms', endpoint: bench.redis.endpoint, limits: LIMITS });
    serveWork(app, server);
    await app.startAllMicroservices();
    await until(() => server.isReady(), 'the service');
    const client = await bench.client();
    expect(await client.call('rooms.authorize', { userId: '1', roomId: '0' })).toEqual({ key: true });
    await expect(client.call('rooms.authorize', { userId: '2', roomId: '0' })).rejects.toMatchObject({
      code: 'forbidden',
      message: 'Not a member',
    });
    expect(await client.call('rooms.authorize', { userId: '3', roomId: '0' })).toEqual({ key: true });
    expect(failures).toBe(2);
    await client.emitEvent('user.registered', { id: '1', username: 'Pablo' }, { key: 'a' });
    await until(() => heard.length === 1, 'the event');
    expect(heard).toEqual(['Pablo']);
    await client.close();
    await app.close();
    expect(server.isReady()).toBe(false);
  });
});
