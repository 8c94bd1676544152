import { ChatError, type ErrorBody } from '@app/contracts';

/** A failure as an error body; what is no ChatError never reached the server. */
export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof ChatError) return error.toBody();
  return { code: 'unavailable', message: 'The server cannot be reached' };
}

/** What to tell a person about a failure: what happened and what to do. */
export function explain(error: ErrorBody): string {
  switch (error.code) {
    case 'rate_limited':
      return `Too fast. Try again ${waitOf(error.retryAfterMs)}.`;
    case 'unavailable':
      return 'The server cannot be reached. Try again in a moment.';
    case 'overloaded':
      return 'The server is busy. Try again in a moment.';
    case 'internal':
      return 'Something went wrong on the server. Try again in a moment.';
    case 'forbidden':
      return 'You have no access to this.';
    case 'not_found':
      return 'This does not exist.';
    case 'unauthorized':
      return 'You are signed out. Sign in again.';
    case 'conflict':
    case 'invalid':
      return sentence(error.message);
  }
}

/** `message: must not be empty` is for programs. */
function sentence(message: string): string {
  const [, field, problem] = /^(\w+): (.+)$/.exec(message) ?? [];
  if (field === undefined || problem === undefined) return `${message}.`;
  if (problem.startsWith('must ')) return `The ${field} ${problem}.`;
  return `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`;
}

/** `in 4 s`, `in 3 min`, `in a moment` */
export function waitOf(ms: number | undefined): string {
  if (ms === undefined) return 'in a moment';
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return seconds < 90 ? `in ${seconds} s` : `in ${Math.ceil(seconds / 60)} min`;
}
