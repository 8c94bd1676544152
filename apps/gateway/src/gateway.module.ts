import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { DemoController } from './demo/demo.controller';
import { InOrder } from './demo/in-order';
import { GatewayMetrics } from './gateway-metrics';
import { MessagesController } from './http/messages.controller';
import { PasswordController } from './http/password.controller';
import { People } from './http/people.service';
import { RoomsController } from './http/rooms.controller';
import { SessionController } from './http/session.controller';
import { SessionsController } from './http/sessions.controller';
import { SettingsController } from './http/settings.controller';
import { UsersController } from './http/users.controller';
import { GatewayIdentity } from './identity';
import { PresenceService } from './presence/presence.service';
import { PresenceStore } from './presence/presence.store';
import { CatchUp } from './relay/catch-up';
import { ForeignRooms } from './relay/foreign-rooms';
import { PresenceNews } from './relay/presence-news';
import { RelayService } from './relay/relay.service';
import { RoomPositions } from './relay/room-positions';
import { Devices } from './session/devices';
import { DisabledAccounts } from './session/disabled-accounts';
import { Limits } from './session/limits';
import { LocalStrategy } from './session/local.strategy';
import { Origins } from './session/origin';
import { PasswordSignIn } from './session/password-sign-in';
import { Proxies } from './session/proxies';
import { Refusals } from './session/refusals';
import { SecurityLog } from './session/security-log';
import { SessionCookie } from './session/session-cookie';
import { SessionIndex } from './session/session-index';
import { SessionRegistry } from './session/session-registry';
import { SignInService } from './session/sign-in.service';
import { SignInLimits } from './session/sign-in-limits';
import { SlowLane } from './session/slow-lane';
import { Accounts } from './socket/accounts';
import { ChatGateway } from './socket/chat.gateway';
import { Connections } from './socket/connections';
import { Drain } from './socket/drain';
import { MessageChanges } from './socket/message-changes';
import { SendQueues } from './socket/send-queues';
import { SlowConsumers } from './socket/slow-consumers';
import { SlowSenders } from './socket/slow-senders';
import { SocketAuth } from './socket/socket-auth';
import { Sockets } from './socket/sockets';
import { TypingPace } from './socket/typing-pace';

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
