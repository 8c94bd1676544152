import { Module } from '@nestjs/common';
import { Authenticators } from './auth/authenticators';
import { Devices } from './auth/devices';
import { Limits } from './auth/limits';
import { LocalStrategy } from './auth/local.strategy';
import { Origins } from './auth/origin';
import { PasswordSignIn } from './auth/password-sign-in';
import { Proxies } from './auth/proxies';
import { SecurityLog } from './auth/security-log';
import { SessionCookie } from './auth/session-cookie';
import { SessionIndex } from './auth/session-index';
import { SessionTexts } from './auth/session-texts';
import { SignInLimits } from './auth/sign-in-limits';
import { SlowLane } from './auth/slow-lane';
import { FEATURES } from './features';
import { Connection } from './features/connection';
import { DisabledAccounts } from './features/disabled-accounts';
import { SignInService } from './features/sign-in.service';
import { GatewayMetrics } from './gateway-metrics';
import { Drain } from './hub/drain';
import { Memberships } from './hub/memberships';
import { PresenceService } from './hub/presence/presence.service';
import { PresenceStore } from './hub/presence/presence.store';
import { PresenceNews } from './hub/presence/presence-news';
import { SendQueues } from './hub/send-queues';
import { SessionRegistry } from './hub/session-registry';
import { SlowConsumers } from './hub/slow-consumers';
import { SlowSenders } from './hub/slow-senders';
import { SocketAuth } from './hub/socket-auth';
import { Sockets } from './hub/sockets';
import { GatewayIdentity } from './identity';
import { DemoController } from './legacy/demo.controller';
import { InOrder } from './legacy/in-order';
import { CatchUp } from './relay/catch-up';
import { Ears } from './relay/ears';
import { ForeignRooms } from './relay/foreign-rooms';
import { RelayService } from './relay/relay.service';
import { RoomPositions } from './relay/room-positions';
import { Accounts } from './transport/accounts';
import { Binder } from './transport/binder';
import { Connections } from './transport/connections';
import { Refusals } from './transport/refusals';
import { SocketBinder } from './transport/socket-binder';

@Module({
  controllers: [DemoController],
  providers: [
    ...FEATURES,
    Binder,
    Connection,
    SocketBinder,
    Accounts,
    Authenticators,
    CatchUp,
    Devices,
    DisabledAccounts,
    Connections,
    Drain,
    Ears,
    GatewayIdentity,
    GatewayMetrics,
    InOrder,
    Limits,
    Memberships,
    Origins,
    LocalStrategy,
    PasswordSignIn,
    ForeignRooms,
    PresenceNews,
    PresenceService,
    PresenceStore,
    Proxies,
    Refusals,
    RelayService,
    RoomPositions,
    SecurityLog,
    SendQueues,
    SessionCookie,
    SessionIndex,
    SessionRegistry,
    SessionTexts,
    SignInLimits,
    SignInService,
    SlowConsumers,
    SlowSenders,
    SlowLane,
    SocketAuth,
    Sockets,
  ],
})
export class GatewayModule {}
