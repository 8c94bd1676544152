import { ChatError } from '@app/contracts';
import { Metrics } from '@app/service';
import { Injectable } from '@nestjs/common';
import type { RequestHandler } from 'express';

/** What a gateway counts. */
@Injectable()
export class GatewayMetrics {
  readonly accepted;
  readonly refused;
  private readonly copies;
  readonly ackSeconds;
  private readonly relaySeconds;
  readonly catchUps;
  readonly caughtUp;
  readonly unheard;
  readonly tooSlow;
  private readonly signIns;
  readonly security;
  private readonly httpSeconds;

  constructor(private readonly metrics: Metrics) {
    this.accepted = metrics.counter(
      'chat_messages_accepted_total',
      'Messages stored, edited and deleted for a caller',
      ['via'],
    );
    this.refused = metrics.counter('chat_messages_refused_total', 'The same, refused', ['via', 'code']);
    this.copies = metrics.counter('chat_copies_delivered_total', 'Messages written to sockets, each copy counted');
    this.ackSeconds = metrics.histogram('chat_ack_seconds', 'From the receipt of a message to its acknowledgement');
    this.relaySeconds = metrics.histogram(
      'chat_relay_seconds',
      'From when a message is stored to when it is written to sockets',
    );
    this.catchUps = metrics.counter('chat_relay_catch_ups_total', 'Times that news may have been missed');
    this.caughtUp = metrics.counter('chat_relay_caught_up_total', 'Messages fetched because news were missed');
    this.unheard = metrics.counter(
      'chat_relay_unheard_total',
      'Messages that came here, where no socket hears their room',
    );
    this.tooSlow = metrics.counter('chat_slow_consumers_total', 'Sockets closed as their client did not read');
    this.signIns = metrics.counter('chat_sign_ins_total', 'Sign-ins and registrations', ['kind', 'outcome']);
    this.security = metrics.counter('chat_security_events_total', 'Events of the security log, written or not', [
      'event',
    ]);
    this.httpSeconds = metrics.histogram('chat_http_seconds', 'HTTP requests', ['method', 'route', 'status']);
  }

  /** Shows how many sockets there are. */
  connections(count: () => number): void {
    this.metrics.gauge('chat_connections', 'Sockets connected', [], count);
  }

  /** Shows how many rooms' own channels are heard. */
  rooms(count: () => number): void {
    this.metrics.gauge('chat_relay_rooms', 'Rooms whose own channels are subscribed to (RELAY=sharded)', [], count);
  }

  /** Counts the copies of a message. @param date when it was stored, Unix seconds of Redis' clock */
  delivered(copies: number, date: number): void {
    this.copies.inc(copies);
    this.relaySeconds.observe(Math.max(0, Date.now() / 1000 - date));
  }

  /** Counts a message's outcome and how long its sender waited; passes the outcome on. */
  async message<T>(via: 'socket' | 'http', store: () => Promise<T>): Promise<T> {
    const done = this.ackSeconds.startTimer();
    try {
      const stored = await store();
      done();
      this.accepted.inc({ via });
      return stored;
    } catch (error) {
      this.refused.inc({ via, code: codeOf(error) });
      throw error;
    }
  }

  /** Counts a sign-in's or registration's outcome and passes it on. */
  async signIn<T>(kind: 'sign-in' | 'registration', attempt: () => Promise<T>): Promise<T> {
    try {
      const value = await attempt();
      this.signIns.inc({ kind, outcome: 'ok' });
      return value;
    } catch (error) {
      this.signIns.inc({ kind, outcome: codeOf(error) });
      throw error;
    }
  }

  /** Times each HTTP request by the pattern of its route, never by its address. */
  readonly http: RequestHandler = (request, response, next) => {
    const done = this.httpSeconds.startTimer();
    response.once('finish', () => {
      const route = typeof request.route?.path === 'string' ? request.route.path : 'other';
      done({ method: request.method, route, status: response.statusCode });
    });
    next();
  };
}

function codeOf(error: unknown): string {
  return error instanceof ChatError ? error.code : 'internal';
}
