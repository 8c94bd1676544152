import { ChatError, type ErrorBody } from '@app/contracts';
import { texts } from './texts';

/** A failure as an error body; what is no ChatError never reached the server. */
export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof ChatError) return error.toBody();
  return { code: 'unavailable', message: 'The server cannot be reached' };
}

/** What to tell a person about a failure: what happened and what to do, in the language of the page. */
export function explain(error: ErrorBody): string {
  const { errors } = texts();
  switch (error.code) {
    case 'rate_limited':
      return errors.tooFast(waitOf(error.retryAfterMs));
    case 'unavailable':
      return errors.unavailable;
    case 'overloaded':
      return errors.overloaded;
    case 'internal':
      return errors.internal;
    case 'outdated':
      return errors.outdated;
    case 'forbidden':
      return errors.forbidden;
    case 'not_found':
      return errors.notFound;
    case 'unauthorized':
      return errors.unauthorized;
    case 'conflict':
      return errors.conflict;
    case 'invalid': {
      const { field, problem } = partsOf(error);
      return explainField(field, problem);
    }
  }
}

/** Which field the server refused and why, as far as its words tell: `message: must not be empty`. */
export function partsOf(error: ErrorBody): { field: string; problem: string } {
  const [, field = '', problem = error.message] = /^(\w+): (.+)$/.exec(error.message) ?? [];
  return { field, problem };
}

/**
 * A sentence about a field that was refused.
 * @param field its name on the wire
 * @param problem what the contracts say is wrong with it: words for programs, never shown as they are
 */
export function explainField(field: string, problem: string): string {
  const { fields } = texts().errors;
  const subject = field in fields ? fields[field as keyof typeof fields] : fields.other;
  return `${subject} ${predicateOf(problem)}.`;
}

/** The schemas' own checks all fail with one code; their words are what tells them apart, here as on the wire. */
function predicateOf(problem: string): string {
  const { problems } = texts().errors;
  const [, bound, count] = /^must be at (least|most) (\d+) characters$/.exec(problem) ?? [];
  if (bound === 'least') return problems.atLeast(Number(count));
  if (bound === 'most') return problems.atMost(Number(count));
  if (problem === 'must not be empty') return problems.empty;
  if (problem === 'must not contain invisible characters') return problems.invisible;
  if (problem === 'must not contain NUL') return problems.nul;
  if (problem === 'must not contain control characters') return problems.control;
  if (problem === 'must not be blank') return problems.blank;
  if (problem === 'must not be a common password') return problems.common;
  if (problem === 'must not be a simple pattern') return problems.pattern;
  if (problem === "must not be a name of one's own or of this chat") return problems.ownName;
  if (problem.startsWith('Too big') || problem === 'too long') return problems.tooLong;
  return problems.other;
}

/** `in 4 s`, `in 3 min`, `in a moment` */
export function waitOf(ms: number | undefined): string {
  const { errors } = texts();
  if (ms === undefined) return errors.soon;
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return seconds < 90 ? errors.inSeconds(seconds) : errors.inMinutes(Math.ceil(seconds / 60));
}
