/**
 * Does the proof bite? Every small change of the statechart, made one at a time: a transition, guard, clause or action
 * dropped, a transition led elsewhere, a counter off by one. Each must break some invariant, or be explained.
 */
import { and, assign, createMachine } from 'xstate'
import { conjunctions, predicates } from '#machines/guards.js'
import { type ThreadMachine, threadMachine } from '#machines/thread.machine.js'

export interface Mutant {
  /** Where and what, in words. */
  readonly change: string
  readonly machine: ThreadMachine
  /** Event types whose steps the change can touch; all others are the chart's own. */
  readonly touches: ReadonlySet<string>
}

type Rule = { guard?: string; target?: string; actions?: string; meta?: object }
type Node = { on?: Record<string, string | Rule | Rule[]>; states?: Record<string, Node> }
type Implementations = Parameters<typeof createMachine>[1]

/** One rule of the chart: where it stands, and how it reads. */
interface Place {
  readonly path: readonly string[]
  readonly event: string
  readonly index: number
  readonly rule: Rule
}

const chart = threadMachine.config as unknown as Node
const rulesOf = (on: string | Rule | Rule[]): Rule[] =>
  [on].flat().map((rule) => (typeof rule === 'string' ? { target: rule } : rule))

function placesIn(node: Node, path: readonly string[] = []): readonly Place[] {
  const here = Object.entries(node.on ?? {}).flatMap(([event, on]) =>
    rulesOf(on).map((rule, index) => ({ path, event, index, rule })),
  )
  const below = Object.entries(node.states ?? {}).flatMap(([name, child]) => placesIn(child, [...path, name]))
  return [...here, ...below]
}

const places = placesIn(chart)

function machineOf(config: Node, implementations: Partial<typeof threadMachine.implementations> = {}): ThreadMachine {
  const { guards, actions } = { ...threadMachine.implementations, ...implementations }
  return createMachine(config as never, { guards, actions } as Implementations) as unknown as ThreadMachine
}

/** The chart with one rule replaced, or left out. */
function withRule({ path, event, index }: Place, rule: Rule | null): ThreadMachine {
  const config = structuredCloneOfConfig()
  const node = path.reduce((at, name) => at.states?.[name] as Node, config)
  const rules = rulesOf((node.on as Record<string, Rule[]>)[event] ?? [])
  rules.splice(index, 1, ...(rule ? [rule] : []))
  node.on = { ...node.on, [event]: rules }
  return machineOf(config)
}

// The context's factory is a function, which structuredClone refuses; all else in the config is plain.
function structuredCloneOfConfig(): Node {
  const { context, ...plain } = threadMachine.config
  return { ...structuredClone(plain as object), context } as Node
}

const wordsOf = ({ path, event, rule }: Place): string =>
  `${path.join('.') || 'root'} on ${event}${rule.guard ? ` [${rule.guard}]` : ''}`

function without(rule: Rule, part: 'guard' | 'actions'): Rule {
  const { [part]: _, ...rest } = rule
  return rest
}

const dropped = (place: Place): Mutant => ({
  change: `${wordsOf(place)}: dropped`,
  machine: withRule(place, null),
  touches: new Set([place.event]),
})

const unguarded = (place: Place): Mutant => ({
  change: `${wordsOf(place)}: guard dropped`,
  machine: withRule(place, without(place.rule, 'guard')),
  touches: new Set([place.event]),
})

// A rule without target and action would be a forbidden one; `accept` keeps it a step.
const inactive = (place: Place): Mutant => ({
  change: `${wordsOf(place)}: action ${place.rule.actions} dropped`,
  machine: withRule(place, { ...place.rule, actions: 'accept' }),
  touches: new Set([place.event]),
})

const unmoved = (place: Place): Mutant => ({
  change: `${wordsOf(place)}: target ${place.rule.target} dropped`,
  machine: withRule(place, { ...place.rule, target: undefined as never, actions: place.rule.actions ?? 'accept' }),
  touches: new Set([place.event]),
})

/** The ids of all leaves of a region. */
function leavesOf(node: Node, id: string): readonly string[] {
  const children = Object.entries(node.states ?? {})
  return children.length === 0 ? [`#${id}`] : children.flatMap(([name, child]) => leavesOf(child, `${id}.${name}`))
}

function targetIdOf({ path, rule }: Place): string {
  const target = rule.target as string
  if (target.startsWith('#')) return target
  if (target.startsWith('.')) return `#thread.${path.join('.')}${target}`
  return `#thread.${[...path.slice(0, -1), target].join('.')}`
}

function retargeted(place: Place): readonly Mutant[] {
  const region = place.path[0] as string
  const now = targetIdOf(place)
  return leavesOf(chart.states?.[region] as Node, `thread.${region}`)
    .filter((id) => id !== now)
    .map((id) => ({
      change: `${wordsOf(place)}: led to ${id.slice('#thread.'.length)}`,
      machine: withRule(place, { ...place.rule, target: id }),
      touches: new Set([place.event]),
    }))
}

/** Guards that are made of others, beside the conjunctions. */
const composed: { readonly [guard: string]: readonly string[] } = {
  ...conjunctions,
  speaksWithinRules: ['isPlain', 'confirmsWhenDue'],
  isOpen: ['isEnded'],
  riskIsFlagged: ['riskIsClear'],
  handshakeIsOff: ['handshakeIsOn'],
  userMayNotEnd: ['userMayEnd'],
  mayNotClearRisk: ['mayClearRisk'],
  isProposedIfNeeded: ['handshakeIsOff'],
}

const dependsOn = (guard: string, part: string): boolean =>
  guard === part || (composed[guard] ?? []).some((inner) => dependsOn(inner, part))

const touchedByGuard = (part: string): ReadonlySet<string> =>
  new Set(places.filter(({ rule }) => rule.guard && dependsOn(rule.guard, part)).map(({ event }) => event))

const withGuard = (name: string, guard: unknown): ThreadMachine =>
  machineOf(structuredCloneOfConfig(), { guards: { ...threadMachine.implementations.guards, [name]: guard } as never })

const clauseless: readonly Mutant[] = Object.entries(conjunctions).flatMap(([name, clauses]) =>
  clauses.map((clause) => ({
    change: `${name}: clause ${clause} dropped`,
    machine: withGuard(name, and(clauses.filter((other) => other !== clause) as never)),
    touches: touchedByGuard(name),
  })),
)

type Counter = 'failures' | 'ignored' | 'calm'
type Facts = Parameters<typeof predicates.redirectionsExhausted>[0]

/** A limit that is met one too early or one too late: the counter is read as if it were off by one. */
const misread = (name: 'redirectionsExhausted' | 'wasLastRedirection' | 'wasLastWarning', counter: Counter) =>
  [-1, 1].map((by) => ({
    change: `${name}: ${counter} read ${by > 0 ? 'one too high' : 'one too low'}`,
    machine: withGuard(name, ({ context, event }: Facts) =>
      predicates[name]({ context: { ...context, [counter]: context[counter] + by }, event }),
    ),
    touches: touchedByGuard(name),
  }))

/** Counting by nought or two where the chart counts by one. */
const miscounted = (action: 'countFailure' | 'countIgnored', counter: Counter): readonly Mutant[] =>
  [0, 2].map((by) => ({
    change: `${action}: ${counter} counted by ${by}`,
    machine: withAction(action, ({ context }) => ({ ...context, [counter]: context[counter] + by, calm: 0 })),
    touches: touchedByAction(action),
  }))

type Recount = (args: {
  context: { failures: number; ignored: number; calm: number; policy: { calmTurns: number } }
}) => object

const withAction = (name: string, recount: Recount): ThreadMachine =>
  machineOf(structuredCloneOfConfig(), {
    actions: { ...threadMachine.implementations.actions, [name]: assign(recount as never) } as never,
  })

const touchedByAction = (action: string): ReadonlySet<string> =>
  new Set(places.filter(({ rule }) => rule.actions === action).map(({ event }) => event))

/** Calm that is forgiven one turn too early or too late, or not at all, or that forgets one of the counters. */
const miscalmed: readonly Mutant[] = [
  { change: 'forgives one turn too early', by: -1 },
  { change: 'forgives one turn too late', by: 1 },
  { change: 'never forgives', by: 100 },
].map(({ change, by }) => ({
  change: `countCalm: ${change}`,
  machine: withAction('countCalm', ({ context }) => {
    const calm = context.failures === 0 ? context.calm : Math.min(context.calm + 1, 10)
    const isForgiven = context.failures > 0 && calm >= context.policy.calmTurns + by
    return { ...context, ignored: 0, failures: isForgiven ? 0 : context.failures, calm: isForgiven ? 0 : calm }
  }),
  touches: touchedByAction('countCalm'),
}))

const forgetful = (action: string, kept: Counter): Mutant => ({
  change: `${action}: ${kept} not forgotten`,
  machine: withAction(action, ({ context }) => ({
    ...context,
    failures: 0,
    ignored: 0,
    calm: 0,
    [kept]: context[kept],
  })),
  touches: touchedByAction(action),
})

const isStep = ({ rule }: Place): boolean => rule.meta === undefined

/** Every small change. The same list at every call, in the same order. */
export function mutants(): readonly Mutant[] {
  const steps = places.filter(isStep)
  const withTarget = steps.filter(({ rule }) => rule.target !== undefined)
  return [
    ...places.map(dropped),
    ...places.filter(({ rule }) => rule.guard !== undefined).map(unguarded),
    ...steps.filter(({ rule }) => rule.actions !== undefined && rule.actions !== 'accept').map(inactive),
    ...withTarget.map(unmoved),
    ...withTarget.flatMap(retargeted),
    ...clauseless,
    ...misread('redirectionsExhausted', 'failures'),
    ...misread('wasLastRedirection', 'failures'),
    ...misread('wasLastWarning', 'ignored'),
    ...miscounted('countFailure', 'failures'),
    ...miscounted('countIgnored', 'ignored'),
    ...miscalmed,
    ...(['failures', 'ignored', 'calm'] as const).map((kept) => forgetful('forgetHarm', kept)),
  ]
}
