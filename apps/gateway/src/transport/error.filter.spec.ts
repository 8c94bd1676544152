import { ChatError } from '@app/contracts';
import {
  BadRequestException,
  InternalServerErrorException,
  NotFoundException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { toChatError } from './error.filter';

const middleware = (status: number, type?: string) =>
  Object.assign(new Error('Unexpected token in "s3cret"'), { status, ...(type && { type }) });

it.each([
  [new ChatError('conflict', 'Taken'), 'conflict', 'Taken'],
  [new NotFoundException('Cannot GET /s3cret'), 'not_found', 'No such address'],
  [new BadRequestException('Unexpected token in "s3cret"'), 'invalid', 'Malformed'],
  [new ServiceUnavailableException('stopping'), 'unavailable', 'Temporarily unavailable'],
  [new InternalServerErrorException('s3cret'), 'internal', 'Something went wrong here'],
  [middleware(400), 'invalid', 'Malformed'],
  [middleware(403), 'forbidden', 'Not allowed'],
  [middleware(404), 'not_found', 'No such address'],
  [middleware(413, 'entity.too.large'), 'invalid', 'Too large'],
  [middleware(415), 'invalid', 'Malformed'],
  [middleware(500), 'internal', 'Something went wrong here'],
  [new Error('Connection is closed.'), 'unavailable', 'Temporarily unavailable'],
  [new Error('OOM command not allowed'), 'unavailable', 'Temporarily unavailable'],
  [new Error('WRONGTYPE s3cret'), 'internal', 'Something went wrong here'],
  [new TypeError('s3cret'), 'internal', 'Something went wrong here'],
  ['s3cret', 'internal', 'Something went wrong here'],
  [null, 'internal', 'Something went wrong here'],
  [undefined, 'internal', 'Something went wrong here'],
])('%j is told as %s', (error, code, message) => {
  expect(toChatError(error).toBody()).toEqual({ code, message });
});

it('keeps when to try again', () => {
  expect(toChatError(new ChatError('rate_limited', 'Later', 500)).retryAfterMs).toBe(500);
});
