import { type UsersBody } from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { Costs, SignedIn } from '../auth/guards';
import { onlineQuerySchema, usersQuerySchema } from '../transport/bodies';
import { Contract } from '../transport/contract.pipe';
import { People } from './people.service';

@Controller('api/users')
@UseGuards(SignedIn)
export class UsersController {
  constructor(
    private readonly people: People,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Users by id, or all of them page by page, each with whether it is online. */
  @Get()
  @Costs('users')
  async list(@Query(new Contract(usersQuerySchema)) query: z.output<typeof usersQuerySchema>): Promise<UsersBody> {
    if (query.ids) return this.people.some(query.ids);
    return this.people.page(query.after, query.limit ?? this.config.USERS_PAGE_SIZE);
  }

  @Get('online')
  @Costs('online')
  online(@Query(new Contract(onlineQuerySchema)) { after }: z.output<typeof onlineQuerySchema>): Promise<UsersBody> {
    return this.people.online(after);
  }
}
