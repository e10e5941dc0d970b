/** What goes back to the model for each of its calls, in plain words. Every call gets a result: providers refuse the next request otherwise. */
import type { Carried } from './adapter.js'
import { heardEndCall } from './intents.js'
import { type CallResult, isCall, type Said, type SaidCall } from './said.js'
import { endToolName, markOf, markToolName } from './tools.js'

type Answer = Pick<CallResult, 'text' | 'isError'>

const wrong = (text: string): Answer => ({ text, isError: true })
const fine = (text: string): Answer => ({ text, isError: false })

const notUnderstood = wrong('Not understood, and nothing was done: `ground` and `reason` are needed.')
export const notHeard = wrong('Not heard: of one answer only the first such call counts.')
export const noSuchTool = wrong('There is no such tool now.')
export const notRun = wrong(
  'Not run: it came together with another call that was decided first. Call it again by itself.',
)

/** A refusal, in words for the model. */
export const refusalText = (vetoes: readonly string[]): string =>
  `Refused: ${vetoes.join(', ')}. The conversation goes on; answer the user.`

/** For an end that was asked for: what came of it, and every veto where it was refused. */
function endResult(end: Carried | undefined): Answer {
  if (!end) return notHeard
  if (end.outcome !== 'accepted') {
    const { refused, vetoes = [refused] } = end.outcome
    return wrong(refusalText(vetoes))
  }
  const isProposed = end.intent.order === 'proposeEnd'
  return fine(
    isProposed ? 'Proposed. It takes a second call; you may also go on.' : 'Done. Nothing more can be said here.',
  )
}

function markResult(call: SaidCall, message: Carried | undefined): Answer {
  const mark = markOf(call.input)
  if (!mark) return wrong('Not understood; the message counts as a plain reply.')
  if (!message) return fine('Noted. Now write the message itself, as text.')
  const kept = message.intent.order === 'send' ? message.intent.purpose : 'reply'
  return kept === mark.purpose
    ? fine('Noted.')
    : wrong(`The message was kept as a plain reply: ${mark.purpose} is not due.`)
}

/** One result for each call of a step, in order, by what came of its intents. */
export function resultsOf(step: readonly Said[], carried: readonly Carried[]): readonly CallResult[] {
  const heard = heardEndCall(step)
  const end = carried.find(({ intent }) => intent.order !== 'send')
  const message = carried.find(({ intent }) => intent.order === 'send')
  const answerTo = (call: SaidCall): Answer => {
    if (call === heard) return endResult(end)
    if (call.name === endToolName) return heard ? notHeard : notUnderstood
    return call.name === markToolName ? markResult(call, message) : noSuchTool
  }
  return step.filter(isCall).map((call) => ({ id: call.id, name: call.name, ...answerTo(call) }))
}
