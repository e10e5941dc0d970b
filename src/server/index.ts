/** `colloquy/server`: the reference backend, and the inspector: each as an app to mount and as a server of its own. */
export { type InspectThreadRequest, inspectThread } from '../inspector/inspect-thread.js'
export type { Served, Server, ServerOptions } from './create-server.js'
export { createServer } from './create-server.js'
export { demoAssessor, demoAssessorName, riskWords, rudeWords } from './demo/demo-assessor.js'
export { demoModel, demoModelName } from './demo/demo-model.js'
export { type Inspector, type InspectorOptions, inspector } from './inspector/inspector.js'
export {
  inspectorPageFolder,
  type ServeInspectorOptions,
  type ServingInspector,
  serveInspector,
} from './inspector/serve-inspector.js'
export type { Limits } from './limits.js'
export { defaultLimits } from './limits.js'
export type { Page, PageFile } from './page.js'
export { readPage } from './page-files.js'
export type { Problem, ProblemCode, ServerCode } from './problem.js'
export { statusOf } from './problem.js'
export type { Minds } from './providers.js'
export { mindsFor, ProviderFault } from './providers.js'
export type { ServeOptions, Serving } from './serve.js'
export { isLoopback, loopbackHosts, serve } from './serve.js'
export type { Principal, Role } from './tokens.js'
export { Tokens, tokenCharsMin } from './tokens.js'
