/** Which model is served: a provider's where the environment has its key, and else the scripted demo, named as such. */

import type { ServerOptions } from './create-server.js'
import { demoModel, demoModelName } from './demo/demo-model.js'

/** The demo, until a provider is wired. */
export function modelOf(_environment: Readonly<Record<string, string | undefined>>): ServerOptions['model'] {
  return { name: demoModelName, isDemo: true, model: demoModel() }
}
