/** The inspector on a socket of Node: on loopback unless told otherwise, and never without a token. */
import { fileURLToPath } from 'node:url'
import { isLeft } from 'fp-ts/lib/Either.js'
import { defaultLimits } from '../limits.js'
import { readPage } from '../page-files.js'
import { hostsFor, putOnSocket, type Serving } from '../serve.js'
import { Tokens } from '../tokens.js'
import { type InspectorOptions, inspector } from './inspector.js'

export interface ServeInspectorOptions extends Omit<InspectorOptions, 'tokens' | 'basePath'> {
  /** An address to listen on; `127.0.0.1`. */
  readonly host?: string
  /** 0, which is the default, takes a free one. */
  readonly port?: number
  /** Made anew unless told. */
  readonly token?: string
}

export interface ServingInspector extends Serving {
  /** Where to open the page: the token stands behind the `#`, which no browser sends. */
  readonly address: string
  readonly token: string
}

const tokenBytes = 32

/** 32 random bytes, as text for an address. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(tokenBytes))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** Where the build puts the page. */
export const inspectorPageFolder: string = fileURLToPath(new URL('../../inspector/page', import.meta.url))

/** The drawing's data stands beside the page, and is asked for by it. */
const pageOnDisk = () => readPage(inspectorPageFolder)

/** Serves until closed. Rejects if it cannot listen, or the token is none. */
export async function serveInspector(options: ServeInspectorOptions): Promise<ServingInspector> {
  const { token = newToken(), host, port = 0, page = pageOnDisk(), onError } = options
  const tokens = Tokens.of({ [token]: { owner: 'inspector', role: 'operator' } })
  if (isLeft(tokens)) throw new Error(tokens.left)
  const hosts = options.hosts ?? hostsFor(host)
  const made = inspector({ ...options, tokens: tokens.right, page, ...(hosts && { hosts }) })
  const limits = { ...defaultLimits, ...options.limits }
  const around = { ...(host !== undefined && { host }), ...(onError && { onError }) }
  const serving = await putOnSocket({ ...made, ...around, port, limits })
  return { ...serving, token, address: `${serving.url}/#token=${token}` }
}
