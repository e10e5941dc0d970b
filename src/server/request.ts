/** What a request says, checked before anything is done with it: body, parameters, and the headers that orders travel with. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { HonoRequest } from 'hono'
import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { type Problem, problem } from './problem.js'
import type { OrderIds, Route } from './route.js'
import type { Principal } from './tokens.js'

type Checked<A> = Either<Problem, A>

const invalid = (detail: string): Either<Problem, never> => left(problem('invalid-request', detail))

function faultIn(checks: Validator, said: unknown, where: string): string {
  const [first] = checks.Errors(said)
  return `${where}${first?.instancePath ?? ''}: ${first?.message ?? 'is not what it must be'}`
}

/** What a route takes, with its checks compiled once. */
export class Intake {
  private readonly body: Validator | undefined
  private readonly query: Validator
  private readonly numbers: ReadonlySet<string>

  constructor(
    { body, query = { type: 'object', additionalProperties: false } as TSchema }: Route,
    private readonly bodyBytesMax: number,
  ) {
    this.body = body && Compile(body)
    this.query = Compile(query)
    const { properties = {} } = query as { readonly properties?: Readonly<Record<string, { readonly type?: string }>> }
    this.numbers = new Set(Object.keys(properties).filter((name) => properties[name]?.type === 'integer'))
  }

  /** The body as JSON; an empty one counts as `{}`. */
  async bodyOf(request: HonoRequest): Promise<Checked<unknown>> {
    if (!this.body) return right(undefined)
    const read = await textOf(request, this.bodyBytesMax)
    if (isLeft(read)) return read
    const text = read.right
    const type = (request.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
    if (text !== '' && type !== 'application/json') {
      return left(problem('unsupported-media-type', 'the body must be application/json'))
    }
    const said = parsed(text === '' ? '{}' : text)
    if (isLeft(said)) return said
    return this.body.Check(said.right) ? said : invalid(faultIn(this.body, said.right, 'body'))
  }

  queryOf(request: HonoRequest): Checked<unknown> {
    const said: Record<string, string | number> = {}
    for (const [name, values] of Object.entries(request.queries())) {
      const [value = '', ...more] = values
      if (more.length > 0) return invalid(`query: ${JSON.stringify(name.slice(0, 64))} is given more than once`)
      said[name] = this.numbers.has(name) && /^[0-9]{1,16}$/.test(value) ? Number(value) : value
    }
    return this.query.Check(said) ? right(said) : invalid(faultIn(this.query, said, 'query'))
  }
}

const tooLarge = (bytesMax: number) => left(problem('body-too-large', `a body has at most ${bytesMax} bytes`))

/** The body as text, never more of it than it may have; `malformed-json` for what is not UTF-8. */
async function textOf(request: HonoRequest, bytesMax: number): Promise<Checked<string>> {
  if (Number(request.header('content-length') ?? 0) > bytesMax) return tooLarge(bytesMax)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let [text, bytes] = ['', 0]
  try {
    for await (const chunk of request.raw.body ?? []) {
      bytes += chunk.byteLength
      if (bytes > bytesMax) return tooLarge(bytesMax)
      text += decoder.decode(chunk, { stream: true })
    }
    return right(text + decoder.decode())
  } catch {
    return left(problem('malformed-json', 'the body broke off, or is not UTF-8'))
  }
}

function parsed(text: string): Checked<unknown> {
  try {
    return right(JSON.parse(text))
  } catch {
    return left(problem('malformed-json', 'the body is not JSON'))
  }
}

/** Another owner's key of the same letters is another key; an operator's is none of the owner's. */
function commandIdOf(key: string, { owner, role }: Principal): string {
  return `key-${bytesToHex(sha256(utf8ToBytes(JSON.stringify([owner, role, key]))))}`
}

/** `Idempotency-Key` and `If-Match`, as the door names them. */
export function orderOf(request: HonoRequest, who: Principal): Checked<OrderIds> {
  const key = request.header('idempotency-key')
  const match = request.header('if-match')
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key)) {
    return invalid('Idempotency-Key: must be 1 to 255 visible ASCII characters')
  }
  const [, version] = /^"([0-9]{1,15})"$/.exec(match ?? '') ?? []
  if (match !== undefined && match !== '*' && version === undefined) {
    return invalid('If-Match: must be one version in quotes, or *')
  }
  return right({
    ...(key !== undefined && { commandId: commandIdOf(key, who) }),
    ...(version !== undefined && { expectedVersion: Number(version) }),
    ...(who.role === 'operator' && { actorId: who.owner }),
  })
}

/** `Last-Event-ID`: the version that was seen last. */
export function lastVersionOf(request: HonoRequest): Checked<number | undefined> {
  const id = request.header('last-event-id')
  if (id === undefined || id === '') return right(undefined)
  return /^[0-9]{1,15}$/.test(id) ? right(Number(id)) : invalid('Last-Event-ID: must be a version')
}
