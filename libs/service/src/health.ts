import { Controller, Get, HttpCode, Injectable, ServiceUnavailableException } from '@nestjs/common';

/** What must hold for a process to be given work, each part registering its own check. */
@Injectable()
export class Health {
  private readonly checks = new Map<string, () => boolean>();
  /** The process is on its way out. */
  isStopping = false;

  /** @param check true while that part can serve */
  add(name: string, check: () => boolean): void {
    this.checks.set(name, check);
  }

  /** From now on not ready: no new work, please. */
  stop(): void {
    this.isStopping = true;
  }

  /** The names of what is not ready; empty: ready. */
  missing(): string[] {
    const failed = [...this.checks].filter(([, check]) => !check()).map(([name]) => name);
    return this.isStopping ? ['stopping', ...failed] : failed;
  }
}

@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  /** The process runs; says nothing of Redis, whose absence a restart does not mend. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** 200 when everything it needs is there, 503 naming what is not. */
  @Get('ready')
  @HttpCode(200)
  ready() {
    const missing = this.health.missing();
    if (missing.length > 0) throw new ServiceUnavailableException({ status: 'unavailable', missing });
    return { status: 'ok' };
  }
}
