import { type Message, messageIdSchema, type User } from '@app/contracts';
import { StreamsClient } from '@app/streams';
import { Body, Controller, Delete, Get, Header, Param, Patch, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { CurrentUser, SignedIn } from '../auth/guards';
import { editBodySchema } from '../transport/bodies';
import { Contract } from '../transport/contract.pipe';
import { MessageChanges } from './message-changes';

@Controller('api/messages')
@UseGuards(SignedIn)
export class MessagesController {
  constructor(
    private readonly streams: StreamsClient,
    private readonly changes: MessageChanges,
  ) {}

  /** One message, passed on as it comes. */
  @Get(':id')
  @Header('Content-Type', 'application/json; charset=utf-8')
  async get(@CurrentUser() user: User, @Param('id', new Contract(messageIdSchema)) id: string): Promise<string> {
    return `{"message":${await this.streams.callForText('messages.get', { userId: user.id, id })}}`;
  }

  /** Gives a message of the caller's another text; all sockets of the room are told. */
  @Patch(':id')
  edit(
    @CurrentUser() user: User,
    @Param('id', new Contract(messageIdSchema)) id: string,
    @Body(new Contract(editBodySchema)) body: z.output<typeof editBodySchema>,
  ): Promise<{ message: Message }> {
    return this.changes.edit('http', user.id, { id, ...body });
  }

  /** Takes the text of a message of the caller's away; all sockets of the room are told. */
  @Delete(':id')
  delete(
    @CurrentUser() user: User,
    @Param('id', new Contract(messageIdSchema)) id: string,
  ): Promise<{ message: Message }> {
    return this.changes.delete('http', user.id, { id });
  }
}
