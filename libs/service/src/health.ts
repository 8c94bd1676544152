import { Controller, Get, HttpCode, Inject, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { CONFIG, type Config } from './config';

/** What must hold for a process to be given work, each part registering its own check. */
@Injectable()
export class Health {
  private readonly checks = new Map<string, () => boolean | string>();
  /** The process is on its way out. */
  isStopping = false;

  /** @param check true while that part can serve; else false, or why not in a word */
  add(name: string, check: () => boolean | string): void {
    this.checks.set(name, check);
  }

  /** From now on not ready: no new work, please. */
  stop(): void {
    this.isStopping = true;
  }

  /** What is not ready, with its reason where that is known; empty: ready. */
  missing(): string[] {
    const failed = [...this.checks].flatMap(([name, check]) => {
      const answer = check();
      if (answer === true) return [];
      return answer ? `${name}: ${answer}` : name;
    });
    return this.isStopping ? ['stopping', ...failed] : failed;
  }
}

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: Health,
    @Inject(CONFIG) private readonly config: Pick<Config, 'production'>,
  ) {}

  /** The process runs; says nothing of Redis, whose absence a restart does not mend. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** 200 when everything it needs is there, else 503; what is not there is told on METRICS_PORT alone in production. */
  @Get('ready')
  @HttpCode(200)
  ready() {
    const missing = this.health.missing();
    if (missing.length > 0)
      throw new ServiceUnavailableException({ status: 'unavailable', ...(!this.config.production && { missing }) });
    return { status: 'ok' };
  }
}
