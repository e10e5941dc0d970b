/** `colloquy/llm/ai-sdk`: threads under Vercel's `ai`, version 7. It takes types of it alone; the SDK and the models come from the caller. */
export type { AiSdkModelOptions } from './ai-sdk-model.js'
export { aiSdkAdapter, aiSdkModel } from './ai-sdk-model.js'
export type { ColloquyLoop, LoopOptions, LoopSettings } from './colloquy-loop.js'
export { colloquyLoop } from './colloquy-loop.js'
export type { MiddlewareOptions } from './colloquy-middleware.js'
export { colloquyMiddleware } from './colloquy-middleware.js'
export type { Approval, ColloquyApproval, ColloquyTools } from './colloquy-tools.js'
