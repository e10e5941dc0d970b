/**
 * Preloaded into a plain Node: writes the address of every module that is then loaded, one a line, to the file named
 * by `LOADED`. Modules of the CommonJS kind are asked for by other means than the rest, hence the two recorders.
 */
import { appendFileSync } from 'node:fs'
import Module, { isBuiltin, register } from 'node:module'

const hooks = `
  import { appendFileSync } from 'node:fs'
  export async function resolve(specifier, context, next) {
    const resolved = await next(specifier, context)
    appendFileSync(process.env.LOADED, resolved.url + '\\n')
    return resolved
  }`
register(`data:text/javascript,${encodeURIComponent(hooks)}`)

const load = Module._load
Module._load = function recorded(request, ...rest) {
  const address = isBuiltin(request) ? `node:${request.replace(/^node:/, '')}` : request
  appendFileSync(process.env.LOADED, `${address}\n`)
  return load.call(this, request, ...rest)
}
