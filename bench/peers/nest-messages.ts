// Peer (c)'s service: it stores messages in a sorted set and reads pages of them.
import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { Redis } from 'ioredis';
import { announced, ready, type Sent } from './message';

const port = Number(process.env.REDIS_PORT);
const redis = new Redis(port, '127.0.0.1');

@Controller()
class MessagesController {
  @MessagePattern('messages.append')
  async append(@Payload() sent: Sent & { from: string }) {
    const message = announced(sent, sent.from);
    await redis.zadd(`room:${sent.roomId}`, message.date, JSON.stringify(message));
    return message;
  }

  @MessagePattern('messages.page')
  async page(@Payload() { roomId, offset, size }: { roomId: string; offset: number; size: number }) {
    const page = await redis.zrevrange(`room:${roomId}`, offset, offset + size - 1);
    return page.map((text) => JSON.parse(text));
  }
}

@Module({ controllers: [MessagesController] })
class MessagesModule {}

async function start(): Promise<void> {
  const app = await NestFactory.createMicroservice(MessagesModule, {
    transport: Transport.REDIS,
    options: { host: '127.0.0.1', port },
    logger: ['error'],
  });
  await app.listen();
  ready(0);
}

void start();
