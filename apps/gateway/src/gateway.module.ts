import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
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
import { SignInLimits } from './auth/sign-in-limits';
import { SlowLane } from './auth/slow-lane';
import { ChatGateway } from './features/chat.gateway';
import { DisabledAccounts } from './features/disabled-accounts';
import { MessageChanges } from './features/message-changes';
import { MessagesController } from './features/messages.controller';
import { PasswordController } from './features/password.controller';
import { People } from './features/people.service';
import { RoomsController } from './features/rooms.controller';
import { SessionController } from './features/session.controller';
import { SessionsController } from './features/sessions.controller';
import { SettingsController } from './features/settings.controller';
import { SignInService } from './features/sign-in.service';
import { TypingPace } from './features/typing-pace';
import { UsersController } from './features/users.controller';
import { GatewayMetrics } from './gateway-metrics';
import { Drain } from './hub/drain';
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
import { ForeignRooms } from './relay/foreign-rooms';
import { RelayService } from './relay/relay.service';
import { RoomPositions } from './relay/room-positions';
import { Accounts } from './transport/accounts';
import { Connections } from './transport/connections';
import { Refusals } from './transport/refusals';

@Module({
  imports: [PassportModule],
  controllers: [
    SessionController,
    PasswordController,
    SessionsController,
    UsersController,
    RoomsController,
    MessagesController,
    SettingsController,
    DemoController,
  ],
  providers: [
    Accounts,
    Authenticators,
    CatchUp,
    ChatGateway,
    Devices,
    DisabledAccounts,
    Connections,
    Drain,
    GatewayIdentity,
    GatewayMetrics,
    InOrder,
    Limits,
    Origins,
    LocalStrategy,
    MessageChanges,
    PasswordSignIn,
    People,
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
    SignInLimits,
    SignInService,
    SlowConsumers,
    SlowSenders,
    TypingPace,
    SlowLane,
    SocketAuth,
    Sockets,
  ],
})
export class GatewayModule {}
