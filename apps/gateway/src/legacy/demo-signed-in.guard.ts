import type { ErrorCode } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { SignedIn } from '../auth/guards';

/** The demo says 403 where ours says 401. */
@Injectable()
export class DemoSignedIn extends SignedIn {
  protected override refusal(): ErrorCode {
    return 'forbidden';
  }
}
