/** `colloquy serve`: the reference backend on a store. On loopback it makes tokens of its own; elsewhere it must be told them. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import { createConversations } from '../conversations.js'
import { readPage } from '../server/page-files.js'
import { type Minds, mindsFor, ProviderFault } from '../server/providers.js'
import { isLoopback, type Serving, serve } from '../server/serve.js'
import { Tokens } from '../server/tokens.js'
import { InputError } from './exit.js'
import { parsePort } from './inspect.js'
import { fileFault } from './log-file.js'
import { databaseWords, withNewDatabase } from './open-database.js'
import { paint, quoted, visible } from './paint.js'
import { toldToStop } from './told-to-stop.js'

interface Options {
  readonly db: string
  readonly store?: string
  readonly host: string
  readonly port: number
  readonly tokens?: string
  readonly model?: string
}

/** The page as it was built. */
const pageFolder = fileURLToPath(new URL('../server/page', import.meta.url))
/** Tokens that are told by the environment, as the file has them. */
const tokensVariable = 'COLLOQUY_TOKENS'
const tokenBytes = 24

interface Known {
  readonly tokens: Tokens
  /** Those that were made just now, to be told. */
  readonly made?: { readonly user: string; readonly operator: string }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw fileFault(quoted(file), error)
  }
}

function given(text: string, where: string): Known {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    throw new InputError(`cannot read the tokens in ${where}: it is not JSON`)
  }
  const tokens = Tokens.of(said)
  if (isLeft(tokens)) throw new InputError(`cannot take the tokens in ${where}: ${tokens.left}`)
  return { tokens: tokens.right }
}

function made(): Known {
  const [user, operator] = [randomBytes(tokenBytes), randomBytes(tokenBytes)].map((bytes) =>
    bytes.toString('base64url'),
  )
  const tokens = Tokens.of({
    [user as string]: { owner: 'demo-user', role: 'user' },
    [operator as string]: { owner: 'demo-operator', role: 'operator' },
  })
  if (isLeft(tokens)) throw new Error(tokens.left)
  return { tokens: tokens.right, made: { user: user as string, operator: operator as string } }
}

function tokensFor({ tokens: file, host }: Options): Known {
  if (file !== undefined) return given(read(file), quoted(file))
  const told = process.env[tokensVariable]
  if (told !== undefined) return given(told, tokensVariable)
  if (isLoopback(host)) return made()
  throw new InputError(`${quoted(host)} is reached from elsewhere: name its tokens with --tokens or ${tokensVariable}`)
}

const log = (entry: object): void => {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`)
}

/** An error as the log has it: what it is called and says, and what lies behind it. */
function told(error: unknown): object {
  const { code, message = String(error), cause } = (error ?? {}) as { code?: string; message?: string; cause?: unknown }
  return { ...(code !== undefined && { code }), message, ...(cause !== undefined && { cause: told(cause) }) }
}

function tell({ url }: Serving, { model, assessor }: Minds, { made: fresh }: Known): void {
  const lines = [
    `colloquy serves ${paint.bold(url)}`,
    `model: ${model.name} · assessor: ${assessor.name}`,
    ...(fresh
      ? [
          'Tokens made for this run alone, for trying it out:',
          `  user      ${fresh.user}`,
          `  operator  ${fresh.operator}`,
          `  page      ${url}/#token=${fresh.user}`,
        ]
      : []),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

async function listen(options: Parameters<typeof serve>[0]): Promise<Serving> {
  try {
    return await serve(options)
  } catch (error) {
    const { code = 'it failed' } = error as NodeJS.ErrnoException
    throw new InputError(`cannot listen on ${quoted(`${options.host}:${options.port}`)}: ${visible(code)}`)
  }
}

async function mindsOf(named: string | undefined): Promise<Minds> {
  try {
    return await mindsFor(named, process.env)
  } catch (error) {
    throw error instanceof ProviderFault ? new InputError(error.message) : error
  }
}

async function run(options: Options): Promise<void> {
  const { db, store: named = db, host, port } = options
  const known = tokensFor(options)
  const minds = await mindsOf(options.model)
  await withNewDatabase(named, async (store) => {
    const onError = (error: unknown) => log({ error: told(error) })
    const conversations = createConversations({ store, assess: minds.assessor.assess, onError })
    const stopped = toldToStop()
    const serving = await listen({
      conversations,
      ...minds,
      tokens: known.tokens,
      page: readPage(pageFolder),
      onError,
      host,
      port,
    })
    tell(serving, minds, known)
    await stopped
    await serving.close()
    await conversations.close()
  })
}

const help = `
Without --tokens it listens on this machine alone, makes a user's and an operator's token, and prints them. A file of tokens:
{"TOKEN": {"owner": "ada", "role": "user"}, …}, roles being user and operator.
The provider whose key the environment has (ANTHROPIC_API_KEY, OPENAI_API_KEY) answers and judges; without one a scripted
demo does, and says so. --model names another. Ctrl-C finishes what was taken in, and stops.

Exit code: 0 stopped; 2 bad usage, or it cannot open the store or listen.`

/** Adds the command to the program. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('serve conversations over HTTP: the reference backend, and a page to try it')
    .option('--db <file>', 'a SQLite file, made if it is not there', 'chat.db')
    .option('--store <database>', `instead of --db: ${databaseWords}`)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <number>', 'on which port; 0 takes a free one', parsePort, 3_000)
    .option('--tokens <file>', 'who may ask: tokens with their owners and roles, as JSON')
    .option('--model <name>', 'demo, anthropic:MODEL, or openai:MODEL')
    .addHelpText('after', help)
    .action(run)
}
