/**
 * `colloquy/assess`: assessors made of classifiers, judges and plain functions. It imports no provider's client; they are
 * the caller's, and come in as arguments. Whatever they cannot say for certain fails, and what failed ends nothing.
 */
export type { AnthropicJudgeOptions, JudgeClient, JudgeRequest } from './anthropic-judge.js'
export { anthropicJudge } from './anthropic-judge.js'
export type { AssessorErrorCode } from './assessor-error.js'
export { AssessorError } from './assessor-error.js'
export { all, anyRisk } from './combining.js'
export type { Classify } from './from-function.js'
export { fromFunction } from './from-function.js'
export type { LlamaGuardOptions, LlamaGuardQuestion, LlamaGuardReading } from './llama-guard.js'
export { assessmentOfLlamaGuard, llamaGuard } from './llama-guard.js'
export type { LlamaGuardCategory, MappingRow, Meaning, OpenAiCategory } from './mapping.js'
export { defaultMapping } from './mapping.js'
export { textOf } from './message-text.js'
export type { ModerationClient, ModerationReading, OpenAiModerationOptions } from './openai-moderation.js'
export { assessmentOfModeration, openAiModeration } from './openai-moderation.js'
export type { RetryOptions } from './within-limits.js'
export { onlyOver, withRetry, withTimeout } from './within-limits.js'
