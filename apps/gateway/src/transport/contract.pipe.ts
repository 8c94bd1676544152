import { parse } from '@app/contracts';
import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';

/** Checks a body or query against its contract; `invalid` when it does not hold. */
export class Contract<T> implements PipeTransform<unknown, T> {
  constructor(private readonly schema: z.ZodType<T>) {}

  transform(value: unknown): T {
    return parse(this.schema, value ?? {});
  }
}
