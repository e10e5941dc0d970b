/** A provider's own shapes, as far as an adapter must know them; and the adapter that comes of them. */
import type { Adapter } from './adapter.js'
import { intentsOf } from './intents.js'
import { type Prompt, promptFor } from './model.js'
import { resultsOf } from './results.js'
import type { CallResult, Said } from './said.js'
import type { Tool } from './tools.js'

/** How a provider writes a prompt, what it answers, and how it takes a call's result. */
export interface Wire<Request, Answer> {
  request(prompt: Prompt): Request
  /** What a response says. It may be anything that came over the network; never throws. */
  saidIn(response: unknown): readonly Said[]
  result(result: CallResult): Answer
}

/** The adapter for a provider's wire; `own` are the caller's tools, told to the model before ours. */
export function adapterOf<Request, Answer>(
  wire: Wire<Request, Answer>,
  own: readonly Tool[] = [],
): Adapter<Request, Answer> {
  return {
    requestFor: (view) => wire.request(promptFor(view, own)),
    intentsFrom: (response, view) => intentsOf(wire.saidIn(response), view.guidance),
    answersTo: (response, carried) => resultsOf(wire.saidIn(response), carried).map((result) => wire.result(result)),
  }
}
