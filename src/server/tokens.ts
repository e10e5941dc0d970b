/** Who asks: bearer tokens stand for an owner and a role. Tokens themselves are never kept, only their digests. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { type Either, left, right } from 'fp-ts/lib/Either.js'

export type Role = 'user' | 'operator'

/** Whoever a token stands for. */
export interface Principal {
  readonly owner: string
  readonly role: Role
}

interface Known extends Principal {
  readonly digest: Uint8Array
}

/** The fewest characters of a token, so that it cannot be guessed; and the most. */
export const tokenCharsMin = 16
const tokenCharsMax = 512
const ownerCharsMax = 256

const digestOf = (token: string): Uint8Array => sha256(new TextEncoder().encode(token))

/** In a time that does not tell where they differ. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length
  for (let at = 0; at < one.length; at++) difference |= (one[at] ?? 0) ^ (other[at] ?? 0)
  return difference === 0
}

/** What is wrong with one entry; `undefined` for nothing. Never tells the token. */
function faultOf(token: string, said: unknown): string | undefined {
  if (!/^[\x21-\x7e]+$/.test(token) || token.length < tokenCharsMin || token.length > tokenCharsMax) {
    return `a token must have ${tokenCharsMin} to ${tokenCharsMax} visible ASCII characters`
  }
  const { owner, role } = (typeof said === 'object' && said !== null ? said : {}) as Partial<Principal>
  if (typeof owner !== 'string' || owner === '' || owner.length > ownerCharsMax || !owner.isWellFormed()) {
    return `a token's owner must be text of 1 to ${ownerCharsMax} characters`
  }
  return role === 'user' || role === 'operator' ? undefined : "a token's role must be user or operator"
}

/** The tokens that a server knows. */
export class Tokens {
  private constructor(private readonly known: ReadonlyMap<string, Known>) {}

  /** From `{ TOKEN: { owner, role } }`, or what is wrong with it. */
  static of(said: unknown): Either<string, Tokens> {
    if (typeof said !== 'object' || said === null || Array.isArray(said)) return left('tokens must be a JSON object')
    const entries = Object.entries(said)
    if (entries.length === 0) return left('there is no token')
    const fault = entries.map(([token, principal]) => faultOf(token, principal)).find((text) => text !== undefined)
    if (fault !== undefined) return left(fault)
    const known = entries.map(([token, { owner, role }]: [string, Principal]) => {
      const digest = digestOf(token)
      return [bytesToHex(digest), { owner, role, digest }] as const
    })
    return right(new Tokens(new Map(known)))
  }

  /** Whom an `Authorization` header names. What a look-up's time could tell is of the digest, which nobody can steer. */
  whoIs(authorization: string | undefined): Principal | undefined {
    const [, token] = /^bearer ([\x21-\x7e]{1,512})$/i.exec(authorization ?? '') ?? []
    if (token === undefined) return undefined
    const digest = digestOf(token)
    const found = this.known.get(bytesToHex(digest))
    return found && isSame(found.digest, digest) ? { owner: found.owner, role: found.role } : undefined
  }
}
