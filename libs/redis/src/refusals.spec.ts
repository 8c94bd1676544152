import { explainRedisError, isRedisMisconfigured, isRedisUnavailable, type RedisErrorKind, redisErrorKind } from '.';

const kind = (message: string, more: object = {}) => redisErrorKind(Object.assign(new Error(message), more));

/** Every error that Redis 7 can answer, by its source (`createSharedObjects` of server.c, and what else begins with a code of its own). */
const ANSWERS: [RedisErrorKind, string][] = [
  // server.c, shared
  ['fault', 'WRONGTYPE Operation against a key holding the wrong kind of value'],
  ['fault', 'ERR'],
  ['fault', 'ERR no such key'],
  ['fault', 'ERR syntax error'],
  ['fault', 'ERR source and destination objects are the same'],
  ['fault', 'ERR index out of range'],
  ['not now', 'NOSCRIPT No matching script. Please use EVAL.'],
  ['not now', 'LOADING Redis is loading the dataset in memory'],
  ['not now', 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.'],
  ['not now', 'BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.'],
  ['not now', 'BUSY Redis is busy running a module command.'],
  ['not now', "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."],
  ['not now', "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk."],
  ['not now', "READONLY You can't write against a read only replica."],
  ['operator', 'NOAUTH Authentication required.'],
  ['not now', "OOM command not allowed when used memory > 'maxmemory'."],
  ['not now', 'EXECABORT Transaction discarded because of previous errors.'],
  ['not now', 'NOREPLICAS Not enough good replicas to write.'],
  ['fault', 'BUSYKEY Target key name already exists.'],
  // networking.c, acl.c, config
  ['operator', 'DENIED Redis is running in protected mode because protected mode is enabled and no password is set'],
  ['not now', 'ERR max number of clients reached'],
  ['not now', 'ERR max number of clients + cluster connections reached'],
  ['operator', 'NOAUTH HELLO must be called with the client already authenticated'],
  ['operator', 'NOPROTO unsupported protocol version'],
  ['operator', 'WRONGPASS invalid username-password pair or user is disabled.'],
  ['operator', "NOPERM this user has no permissions to run the 'get' command"],
  ['operator', 'NOPERM this user has no permissions to access one of the keys used as arguments'],
  ['operator', 'NOPERM this user has no permissions to access one of the channels used as arguments'],
  ['operator', 'NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call.'],
  [
    'operator',
    'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
  ],
  ['operator', 'ERR DB index is out of range'],
  ['operator', 'ERR invalid DB index'],
  ['operator', "ERR unknown command 'xautoclaim', with args beginning with: "],
  // cluster.c, replication.c, sentinel.c
  ['not now', 'CLUSTERDOWN The cluster is down'],
  ['not now', 'CLUSTERDOWN Hash slot not served'],
  ['not now', 'CLUSTERDOWN The cluster is down and only accepts read commands'],
  ['not now', 'TRYAGAIN Multiple keys request during rehashing of slot'],
  ['not now', 'MOVED 3999 127.0.0.1:6381'],
  ['not now', 'ASK 3999 127.0.0.1:6381'],
  ['fault', "CROSSSLOT Keys in request don't hash to the same slot"],
  ['operator', 'ERR SELECT is not allowed in cluster mode'],
  ['operator', 'ERR This instance has cluster support disabled'],
  ['not now', 'NOMASTERLINK Can’t SYNC while not connected with my master'],
  ['not now', 'INPROG Failover already in progress'],
  ['not now', 'NOGOODSLAVE No suitable replica to promote'],
  ['not now', 'NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the majority'],
  ['not now', 'IOERR error or timeout reading to target instance'],
  // blocked.c, t_stream.c, script.c, hyperloglog.c
  ['not now', 'UNBLOCKED client unblocked via CLIENT UNBLOCK'],
  ['not now', 'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)'],
  ['not now', "NOGROUP No such key 'work:auth' or consumer group 'workers'"],
  ['handled', 'BUSYGROUP Consumer Group name already exists'],
  ['handled', 'NOTBUSY No scripts in execution right now.'],
  ['handled', 'UNKILLABLE Sorry the script already executed write commands against the dataset.'],
  ['fault', 'INVALIDOBJ Corrupted HLL object detected'],
  ['not now', "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'"],
  ['not now', 'READONLY Can not run script with write flag on readonly replica'],
  // script.c
  ['operator', "ERR The user executing the script can't run this command or subcommand"],
  [
    'operator',
    "ERR The user executing the script can't access at least one of the keys mentioned in the command arguments",
  ],
  ['operator', "ERR The user executing the script can't publish to the channel mentioned in the command"],
  ['operator', 'ERR The user executing the script is lacking the permissions for the command'],
  ['operator', "ERR ACL failure in script: User gateway has no permissions to run the 'get' command"],
  ['not now', "ERR Can not execute a command 'get' while the cluster is down"],
  ['not now', "ERR Can not execute a write command 'set' while the cluster is down and readonly"],
  ['not now', 'ERR Can not execute the command on a stale replica'],
  ['not now', 'ERR Script attempted to access a non local key in a cluster node'],
  // Valkey
  ['not now', 'REDIRECT 127.0.0.1:6380'],
  // nobody's
  ['fault', 'ERR value is not an integer or out of range'],
  ['fault', 'an error about LOADING'],
  ['fault', 'LOADINGS of it'],
];

describe('an answer of Redis', () => {
  it.each(ANSWERS)('is %j: %s', (expected, message) => {
    expect(kind(message)).toBe(expected);
    const error = new Error(message);
    expect(isRedisUnavailable(error)).toBe(expected === 'not now' || expected === 'operator');
    expect(isRedisMisconfigured(error)).toBe(expected === 'operator');
  });

  it.each(ANSWERS.filter(([, message]) => /^(?!EXECABORT)\S+ /.test(message)))(
    'is %j as well from inside a script: %s',
    (expected, message) => {
      const sha = 'a'.repeat(40);
      expect(kind(`${message} script: ${sha}, on @user_script:58.`)).toBe(expected);
      // before version 7
      expect(kind(`ERR Error running script (call to f_${sha}): @user_script:58: ${message}`)).toBe(expected);
      expect(kind(`ERR Error running script (call to f_${sha}): @user_script:58: @user_script: 58: -${message}`)).toBe(
        expected,
      );
    },
  );

  it('may come before anything was asked', () => {
    const text = (reply: string) =>
      `Command queue state error. If you can reproduce this, please report it. Last reply: ReplyError: ${reply}`;
    expect(kind(text('ERR max number of clients reached'))).toBe('not now');
    expect(kind(text('DENIED Redis is running in protected mode'))).toBe('operator');
  });

  it('to a transaction is what its commands were refused for', () => {
    const previous = (...messages: string[]) => ({ previousErrors: messages.map((message) => new Error(message)) });
    const text = 'EXECABORT Transaction discarded because of previous errors.';
    expect(kind(text, previous('OOM command not allowed'))).toBe('not now');
    expect(kind(text, previous('OOM command not allowed', 'NOPERM this user has no permissions'))).toBe('operator');
    expect(kind(text, previous("ERR wrong number of arguments for 'set' command"))).toBe('fault');
    expect(kind('EXECABORT Transaction discarded because of: NOREPLICAS Not enough good replicas')).toBe('not now');
    expect(kind('EXECABORT Transaction discarded because of: NOAUTH Authentication required')).toBe('operator');
  });
});

describe('an error of the connection', () => {
  it.each([
    'Connection is closed.',
    "Stream isn't writeable and enableOfflineQueue options is false",
    "Cluster isn't ready and enableOfflineQueue options is false",
    'Command timed out',
    'connect ECONNREFUSED 127.0.0.1:6379',
    'read ECONNRESET',
    'write EPIPE',
    'getaddrinfo EAI_AGAIN redis',
    'All sentinels are unreachable. Retrying from scratch after 10ms. Last error: connect ECONNREFUSED',
    'Client network socket disconnected before secure TLS connection was established',
  ])('is not now: %s', (message) => {
    expect(kind(message)).toBe('not now');
  });

  it.each([
    'EPROTO',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('of TLS (%s) is for an operator', (code) => {
    expect(kind('whatever OpenSSL says', { code })).toBe('operator');
    const line = explainRedisError(Object.assign(new Error('whatever OpenSSL says'), { code }));
    expect(line).toMatch(/rediss:\/\/|REDIS_TLS_VERIFY/);
  });

  it('is known by its name', () => {
    expect(kind('Reached the max retries per request limit (which is 0).', { name: 'MaxRetriesPerRequestError' })).toBe(
      'not now',
    );
    expect(kind('Failed', { name: 'ClusterAllFailedError' })).toBe('not now');
  });

  it.each([undefined, null, 'Connection is closed.', { message: 'ECONNRESET' }])('%j is no error at all', (value) => {
    expect(isRedisUnavailable(value)).toBe(false);
  });
});

it.each(ANSWERS.filter(([expected]) => expected === 'operator'))('%s is told in one line: %s', (_, message) => {
  const line = explainRedisError(new Error(`${message}\nmore`));
  expect(line).not.toMatch(/\n/);
  expect(line).toMatch(/REDIS_|Redis|^it /);
});
