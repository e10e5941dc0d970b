/**
 * Requests that a browser makes for somebody else's page: under a name that was rebound to this address, or from another
 * origin. Whoever asks without a browser sends no `Origin`, and is known by the token alone.
 */
import type { HonoRequest } from 'hono'
import { type Problem, problem } from './problem.js'

/** A `Host` without its port, in lower case. */
export const hostnameIn = (host: string): string =>
  host
    .trim()
    .toLowerCase()
    .replace(/:[0-9]*$/, '')

/** What of this request is another's; `undefined` for nothing. */
export function foreignProblem(request: HonoRequest, hosts: readonly string[] | undefined): Problem | undefined {
  const host = request.header('host') ?? new URL(request.url).host
  if (hosts && !hosts.includes(hostnameIn(host))) return problem('misdirected-host', 'this server has another name')
  const origin = request.header('origin')
  if (origin === undefined) return undefined
  const isOwn = URL.canParse(origin) && new URL(origin).host === host.trim().toLowerCase()
  return isOwn ? undefined : problem('foreign-origin', 'pages of other origins may not ask')
}
