import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { ChatError } from '@app/contracts';
import { SILENT, type StreamsLogger } from './logger';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Sealed texts are of a multiple of this length: none tells how long a password is. */
const BLOCK_BYTES = 128;

/** What a sealed value is bound to: opened anywhere else, it is refused. */
export interface SealedRequest {
  pattern: string;
  /** Idempotency key of a command. */
  key?: string;
  data: unknown;
}

/**
 * Seals the fields that a contract declares as `sealed`, so that Redis, its files and replicas never hold their values.
 * AES-256-GCM with a key derived from a secret that caller and handler share and Redis does not have. A value is bound to
 * its pattern, its field, the request's key and all other fields: it cannot be moved to another request.
 */
export class Sealer {
  private readonly keys: readonly Buffer[];

  /** @param secrets the first seals, all open */
  constructor(
    secrets: readonly string[],
    private readonly log: StreamsLogger = SILENT,
  ) {
    if (secrets.length === 0) throw new Error('A sealer needs a secret');
    this.keys = secrets.map((secret) =>
      Buffer.from(hkdfSync('sha256', secret, '', 'redis-chat sealed work', KEY_BYTES)),
    );
  }

  /** The request's data with these fields sealed; a field that is not there stays away. */
  seal(request: SealedRequest, fields: readonly string[]): object {
    const data = recordOf(request.data);
    const sealed = fields
      .filter((field) => data[field] !== undefined)
      .map((field) => [field, { sealed: this.sealValue(data[field], boundTo(request, fields, field)) }]);
    return { ...data, ...Object.fromEntries(sealed) };
  }

  /**
   * The request's data with these fields opened.
   * @throws ChatError `invalid`: one is not sealed, or was changed or moved here; `unavailable`: it was sealed with
   *   a secret that is not known here
   */
  open(request: SealedRequest, fields: readonly string[]): object {
    const data = recordOf(request.data);
    const opened = fields
      .filter((field) => data[field] !== undefined)
      .map((field) => [field, this.openValue(data[field], request, field, boundTo(request, fields, field))]);
    return { ...data, ...Object.fromEntries(opened) };
  }

  private sealValue(value: unknown, bound: Buffer): string {
    const text = Buffer.from(JSON.stringify(value));
    const padded = Buffer.alloc(Math.ceil(text.length / BLOCK_BYTES) * BLOCK_BYTES, ' ');
    text.copy(padded);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.keys[0] as Buffer, nonce).setAAD(bound);
    return Buffer.concat([nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  private openValue(value: unknown, { pattern }: SealedRequest, field: string, bound: Buffer): unknown {
    const bytes = sealedBytes(value);
    if (!bytes) throw new ChatError('invalid', `${field}: must be sealed`);
    for (const key of this.keys) {
      const text = decipher(key, bytes, bound);
      if (text !== undefined) return JSON.parse(text);
    }
    this.log.error({ pattern, field }, 'a sealed field cannot be opened: do caller and handler share SEAL_SECRET?');
    throw new ChatError('unavailable', `${field}: cannot be opened here`);
  }
}

/** The bytes of `{sealed: …}`; undefined for anything else. */
function sealedBytes(value: unknown): Buffer | undefined {
  if (typeof value !== 'object' || value === null || !('sealed' in value)) return undefined;
  if (typeof value.sealed !== 'string') return undefined;
  const bytes = Buffer.from(value.sealed, 'base64url');
  return bytes.length >= NONCE_BYTES + TAG_BYTES + BLOCK_BYTES ? bytes : undefined;
}

function decipher(key: Buffer, bytes: Buffer, bound: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(bound)
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return text.toString();
  } catch {
    return undefined;
  }
}

/** What stays in clear beside a sealed field, as it reads before and after it has been JSON. */
function boundTo({ pattern, key, data }: SealedRequest, fields: readonly string[], field: string): Buffer {
  const clear = Object.entries(recordOf(data)).filter(([name]) => !fields.includes(name));
  return Buffer.from(JSON.stringify([pattern, key ?? null, field, clear.sort(([a], [b]) => (a < b ? -1 : 1))]));
}

function recordOf(data: unknown): Record<string, unknown> {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new ChatError('invalid', 'must be an object');
  return data as Record<string, unknown>;
}
