/** `colloquy inspect`: the page that answers why a chat ended, over a database, until interrupted. It only reads. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { ownHosts } from '../server/inspector/own-hosts.js'
import {
  type ServeInspectorOptions,
  type ServingInspector,
  serveInspector,
} from '../server/inspector/serve-inspector.js'
import { isLoopback } from '../server/serve.js'
import { databaseNamed } from './database-name.js'
import { InputError } from './exit.js'
import { openBrowser } from './open-browser.js'
import { databaseWords, withDatabaseToRead } from './open-database.js'
import { paint, quoted, visible } from './paint.js'
import { toldToStop } from './told-to-stop.js'

interface Options {
  readonly host: string
  readonly allowHost: readonly string[]
  readonly port: number
  readonly open?: boolean
}

const log = (error: unknown): void => {
  const { code, message = String(error) } = (error ?? {}) as { code?: string; message?: string }
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), error: { code, message } })}\n`)
}

async function listen(options: ServeInspectorOptions): Promise<ServingInspector> {
  try {
    return await serveInspector(options)
  } catch (error) {
    const { code = 'it failed' } = error as NodeJS.ErrnoException
    throw new InputError(`cannot listen on ${quoted(`${options.host}:${options.port}`)}: ${visible(code)}`)
  }
}

async function run(named: string, { host, allowHost, port, open = false }: Options): Promise<void> {
  await withDatabaseToRead(named, async (store) => {
    const stopped = toldToStop()
    const database = databaseNamed(named).shown
    const hosts = ownHosts(host, allowHost)
    const serving = await listen({ store, database, host, hosts, port, onError: log })
    const lines = [
      `colloquy shows ${database} at ${paint.bold(serving.address)}`,
      ...serving.alsoAt.map((address) => `  and at ${address}`),
      ...(isLoopback(host) ? [] : ['It is reached from elsewhere: whoever has this address can read all of it.']),
      'It only reads. Ctrl-C stops it.',
    ]
    process.stdout.write(`${lines.join('\n')}\n`)
    if (open) {
      const fault = await openBrowser(serving.address)
      if (fault !== undefined) process.stderr.write(`colloquy: cannot open a browser: ${visible(fault)}\n`)
    }
    await stopped
    await serving.close()
  })
}

/** A port as an option names it. */
export function parsePort(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 65_536
  if (port > 65_535) throw new InvalidArgumentError('It must be a whole number from 0 to 65535.')
  return port
}

const nameMax = 253

/** The name of a host, or its address, as an option names it. */
function parseHost(text: string): string {
  const isName = /^[\w.:[\]-]+$/.test(text) && text.length <= nameMax
  if (!isName) throw new InvalidArgumentError('It must be an address, or a name without a port.')
  return text
}

const parseHosts = (text: string, before: readonly string[]): readonly string[] => [...before, parseHost(text)]

const help = `
The address holds a token, made for this run alone; it stands behind the #, which browsers do not send, and in no log. On this
machine alone it listens unless --host names another address; even then it answers only to this machine's addresses, localhost,
that name, and those of --allow-host, so that no other name can be rebound to it. There is no TLS.

Nothing is written to the database, nor brought up to date: a file is opened to be read only, and can be one that you may not
write to; so can a schema that your role may only SELECT from. Where its index is not there, conversations are listed from their
logs.

Exit code: 0 stopped; 2 bad usage, or it cannot read the database or listen.`

/** Adds the command to the program. */
export function addInspect(program: Command): void {
  program
    .command('inspect')
    .description('show the machine, the log and the branches of a database in a browser')
    .argument('<db>', databaseWords)
    .option('--host <address>', 'where to listen', parseHost, '127.0.0.1')
    .addOption(
      new Option('--allow-host <name>', 'a name by which it may be asked for; more than once for more')
        .argParser(parseHosts)
        .default([], 'none'),
    )
    .option('--port <number>', 'on which port; 0 takes a free one', parsePort, 0)
    .option('--open', 'open it in the default browser')
    .addHelpText('after', help)
    .action(run)
}
