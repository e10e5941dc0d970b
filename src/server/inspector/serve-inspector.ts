/** The inspector on a socket of Node: on loopback unless told otherwise, and never without a token. */
import { fileURLToPath } from 'node:url'
import { isLeft } from 'fp-ts/lib/Either.js'
import { defaultLimits } from '../limits.js'
import { readPage } from '../page-files.js'
import { putOnSocket, type Serving } from '../serve.js'
import { Tokens } from '../tokens.js'
import { type InspectorOptions, inspector } from './inspector.js'
import { isEverywhere, outerAddresses, ownHosts } from './own-hosts.js'

export interface ServeInspectorOptions extends Omit<InspectorOptions, 'tokens' | 'basePath' | 'hosts'> {
  /** An address to listen on; `127.0.0.1`. Elsewhere whoever has the token reads all, and there is no TLS. */
  readonly host?: string
  /** What `Host` may say; unless told, what `ownHosts` answers. */
  readonly hosts?: readonly string[]
  /** 0, which is the default, takes a free one. */
  readonly port?: number
  /** Made anew unless told. */
  readonly token?: string
}

export interface ServingInspector extends Serving {
  /** Where to open the page: the token stands behind the `#`, which no browser sends. */
  readonly address: string
  /** Where others open it, if it listens on every address. */
  readonly alsoAt: readonly string[]
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

/** The page's own files: the drawing's data is bundled into its script. */
const pageOnDisk = () => readPage(inspectorPageFolder)

/** Serves until closed. Rejects if it cannot listen, or the token is none. */
export async function serveInspector(options: ServeInspectorOptions): Promise<ServingInspector> {
  const { token = newToken(), host = '127.0.0.1', port = 0, page = pageOnDisk(), onError } = options
  const tokens = Tokens.of({ [token]: { owner: 'inspector', role: 'operator' } })
  if (isLeft(tokens)) throw new Error(tokens.left)
  const { hosts = ownHosts(host) } = options
  const made = inspector({ ...options, tokens: tokens.right, page, hosts })
  const limits = { ...defaultLimits, ...options.limits }
  const serving = await putOnSocket({ ...made, host, port, limits, ...(onError && { onError }) })
  const addressAt = (name: string) => `http://${name}:${serving.port}/#token=${token}`
  const address = isEverywhere(host) ? addressAt('localhost') : `${serving.url}/#token=${token}`
  return { ...serving, token, address, alsoAt: isEverywhere(host) ? outerAddresses().map(addressAt) : [] }
}
