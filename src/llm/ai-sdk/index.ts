/** `colloquy/llm/ai-sdk`: threads under Vercel's `ai`, version 7. It takes types of it alone; the SDK and the models come from the caller. */
export type { AiSdkModelOptions } from './ai-sdk-model.js'
export { aiSdkAdapter, aiSdkModel } from './ai-sdk-model.js'
