/** Why: what stands in the way of an end at the moment, since when and until what; and how it ended, if it did. */
import { computed } from '@preact/signals'
import type { Ground } from '#machines/events.js'
import { lookUp } from '../../conversation/id-index.js'
import { countWords } from '../../lifecycle/state-words.js'
import type { Happening } from '../../log/happening.js'
import { stepsToEnd } from '../../log/steps-to-end.js'
import { quoted, visible } from '../../log/visible-text.js'
import type { Road, VetoAccount } from '../account.js'
import { groundWords, letterWords, vetoText } from '../letter-words.js'
import { lineWords } from '../log-filter.js'
import { account, goTo, line, moment, shown, track } from './session.js'
import { StateBadge } from './state-badge.js'
import { WhatIf } from './what-if.js'

function EventLink({ version }: { readonly version: number }) {
  const at = shown.value.timeline.lines[version - 1]
  const event = shown.value.timeline.eventAt(version)
  return (
    <button type="button" class="event-link" onClick={() => goTo(version, track.peek()?.threadId, true)}>
      <span class="version">v{version}</span> {event?.actor.kind} {at ? lineWords(at).slice(0, 90) : ''}
    </button>
  )
}

function RoadWords({ road }: { readonly road: Road }) {
  if (!road) return <>nothing on this thread</>
  if (road.length === 0) return <>nothing more is needed</>
  return <>{road.map(letterWords).join(' → ')}</>
}

function VetoLine({ one }: { readonly one: VetoAccount }) {
  return (
    <li>
      <p>
        <span aria-hidden="true">✕</span> {vetoText(one.veto)} <code>{one.veto}</code>
      </p>
      <p class="facts">
        since <EventLink version={one.since} />
      </p>
      <p class="facts">
        lifted when: <RoadWords road={one.lift} />
      </p>
    </li>
  )
}

/** The thread's happenings, for the account of its end: made once it has ended, and kept with its line. */
const theEnd = computed(() => {
  const { timeline } = shown.value
  const { conversation, automaton } = timeline
  const thread = conversation && track.value && lookUp(conversation.threads, track.value.threadId)
  if (!thread?.ended || !automaton) return undefined
  const { versions, states } = line.value
  const happenings: Happening[] = []
  for (let place = 0; place < versions.length; place++) {
    const event = timeline.eventAt(versions[place] as number)
    if (event) happenings.push({ event, state: automaton.describe(states[place] as number) })
  }
  return { ended: thread.ended, steps: stepsToEnd(thread, happenings, automaton.policy) }
})

function HowItEnded() {
  const end = theEnd.value
  if (!end || end.ended.version > moment.value) return null
  return (
    <section class="ended-account">
      <h3>
        <span aria-hidden="true">■</span> Why it ended: {groundWords[end.ended.ground]}
      </h3>
      <ol>
        {end.steps.map(({ happening, counted }) => (
          <li key={`${happening.event.version} ${counted}`}>
            <EventLink version={happening.event.version} />
            {counted && <span class="facts"> → {counted}</span>}
          </li>
        ))}
        <li>
          <EventLink version={end.ended.version} /> <span class="facts">reason: {quoted(end.ended.reason)}</span>
        </li>
      </ol>
    </section>
  )
}

function GroundAccount({
  ground,
  vetoes,
  road,
}: {
  readonly ground: Ground
  readonly vetoes: readonly VetoAccount[]
  readonly road: Road
}) {
  return (
    <section>
      <h3>
        {vetoes.length === 0 ? '✓ An end ' : '✕ No end '}
        {groundWords[ground]}
        {vetoes.length === 0 ? ' would be accepted' : ''}
      </h3>
      <ul class="vetoes">
        {vetoes.map((one) => (
          <VetoLine key={one.veto} one={one} />
        ))}
      </ul>
      <p class="facts">
        shortest road to this end: <RoadWords road={road} />
      </p>
    </section>
  )
}

export function WhyPane() {
  const now = account.value
  const thread = track.value
  const { automaton } = shown.value.timeline
  if (!now || !thread || !automaton) return <p class="empty">No thread is there at this moment.</p>
  const counts = countWords(now.state, automaton.policy)
  return (
    <div class="why" tabIndex={0} role="region" aria-label="Why, at this moment">
      <p class="standing" aria-live="polite">
        <strong>{visible(thread.threadId)}</strong> at v{moment.value}: <StateBadge state={now.state} />{' '}
        {counts.length > 0 && <span class="facts">{counts.join(', ')}</span>}
      </p>
      <HowItEnded />
      {now.state.lifecycle !== 'ended' && (
        <>
          <GroundAccount
            ground="persistent-harm"
            vetoes={now.vetoes['persistent-harm']}
            road={now.toEnd['persistent-harm']}
          />
          <GroundAccount ground="user-request" vetoes={now.vetoes['user-request']} road={now.toEnd['user-request']} />
        </>
      )}
      <section>
        <h3>Next</h3>
        <p class="facts">
          {now.state.lifecycle === 'engaging' ? 'It is engaging' : 'back to engaging: '}
          {now.state.lifecycle !== 'engaging' && <RoadWords road={now.toEngaging} />}
        </p>
        <p class="facts">
          the assistant is told to <code>{now.guidance.stance}</code>: {now.guidance.instructions}
        </p>
      </section>
      <WhatIf />
    </div>
  )
}
