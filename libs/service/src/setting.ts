import { z } from 'zod';

/** A setting of a process: how it is read, what it is by default, what the README says of it. */
export interface Setting<S extends z.ZodType = z.ZodType> {
  schema: S;
  /** As the environment would give it; may depend on whether this is production. */
  default: string | undefined | ((production: boolean) => string);
  about: string;
}

export const text = z.string();
export const integer = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^-?\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));
export const flag = z
  .enum(['true', 'false', '1', '0', 'on', 'off'], 'must be true or false')
  .transform((v) => v === 'true' || v === '1' || v === 'on');
/** What a function reads, or says what is wrong with. */
export const read = <T>(reader: (value: string) => T) =>
  z.string().transform((value, context) => {
    try {
      return reader(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });
export const ms = (min = 1) => integer(min, 2 ** 31 - 1);

export const setting = <S extends z.ZodType>(schema: S, fallback: Setting['default'], about: string): Setting<S> => ({
  schema,
  default: fallback,
  about,
});

export const outsideProduction = (production: boolean) => String(!production);
