import { CONFIG, type Config } from '@app/service';
import { type CanActivate, Inject, Injectable, NotFoundException } from '@nestjs/common';

/** Where the demo's routes are switched off they are as any other that there is not. */
@Injectable()
export class DemoRoutes implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(): boolean {
    if (!this.config.DEMO_ROUTES) throw new NotFoundException();
    return true;
  }
}
