/** What if: every event that could come, and what the library would answer; trying one moves all panes on a scratch copy. */
import { computed } from '@preact/signals'
import { letters } from '../../lifecycle/alphabet.js'
import { plainStateWords } from '../../lifecycle/state-words.js'
import { letterWords } from '../letter-words.js'
import { type Offer, offersOn } from '../what-if.js'
import { go, moment, scratch, track, view } from './session.js'

const isAsked = computed(() => view.value.whatIf !== undefined)

const offers = computed(() => {
  const copy = scratch.value
  return copy ? offersOn(copy.timeline, copy.threadId) : []
})

/** Begins a scratch copy at the moment, or goes on with the one that is there. */
function attempt(letter?: number): void {
  const { whatIf = [] } = view.peek()
  const from = scratch.peek()?.from ?? moment.peek()
  const thread = track.peek()?.threadId
  go({
    whatIf: letter === undefined ? whatIf : [...whatIf, letter],
    version: from,
    looked: undefined,
    ...(scratch.peek() === undefined && { thread }),
  })
}

/** Where an accepted event would lead, in words. */
function leadsTo({ letter, leadsTo: next }: Offer): string {
  const copy = scratch.peek()
  if (!copy?.timeline.automaton || next === undefined) return ''
  const here = copy.timeline.statesAt(copy.timeline.version)[copy.timeline.ordinalOf(copy.threadId) ?? 0]
  const words = plainStateWords(copy.timeline.automaton.describe(next))
  if (letters[letter]?.event.type === 'thread.forked') return `a branch: ${words}`
  return next === here ? 'stays' : words
}

function OfferButton({ offer }: { readonly offer: Offer }) {
  const { letter, isPossible, rejection } = offer
  const isRefused = !isPossible || rejection !== undefined
  const answer = !isPossible ? 'no message to speak of' : rejection ? `refused: ${rejection.code}` : leadsTo(offer)
  return (
    <li>
      <button type="button" disabled={isRefused} title={rejection?.message} onClick={() => attempt(letter)}>
        {letterWords(letter)}
      </button>{' '}
      <span class="facts">
        {isRefused ? '✕' : '→'} {answer}
      </span>
    </li>
  )
}

export function WhatIf() {
  if (!isAsked.value) {
    return (
      <section>
        <h3>What if?</h3>
        <p>
          <button type="button" onClick={() => attempt()}>
            try events on a scratch copy
          </button>{' '}
          <span class="facts">nothing is ever written</span>
        </p>
      </section>
    )
  }
  const ordered = [...offers.value].sort(
    (a, b) => Number(a.rejection !== undefined) - Number(b.rejection !== undefined),
  )
  return (
    <section aria-label="What if">
      <h3>What if…</h3>
      <ul class="offers">
        {ordered.map((offer) => (
          <OfferButton key={offer.letter} offer={offer} />
        ))}
      </ul>
    </section>
  )
}
