/**
 * The statechart as data and as a picture, read off `threadMachine` itself, so that what is shown is what decides.
 * XState's `definition` drops guards that have no name; the chart names all of its own, and this page throws on one
 * that has none rather than draw a guarded step as a free one.
 */
import { conjunctions } from '#machines/guards.js'
import { threadMachine } from '#machines/thread.machine.js'
import { machineId } from '../lifecycle/machine-id.js'

/** One state: its dotted path, and what XState knows of it. */
export interface ChartState {
  /** `lifecycle.warning.due`; the chart's own name for the root. */
  readonly id: string
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final'
  /** The path of the child in which a compound state begins. */
  readonly initial?: string
  readonly description?: string
  /** What the state puts in the way of an end, as `ground:veto`; `any` for both grounds. */
  readonly tags?: readonly string[]
  readonly states?: readonly ChartState[]
}

/** One step, or one refusal. Steps of one source and one event are tried in the order given. */
export interface ChartTransition {
  readonly source: string
  readonly event: string
  /** `null`: the event is taken, or refused, without a change of state. */
  readonly target: string | null
  readonly guard: string | null
  readonly actions: readonly string[]
  /** The code with which the event is not accepted; `null` for a step. `veto`: the first veto in the way. */
  readonly refuses: string | null
}

export interface Chart {
  readonly machine: string
  readonly root: ChartState
  readonly transitions: readonly ChartTransition[]
  /** Guards that hold when all the named ones hold. */
  readonly guards: { readonly [guard: string]: readonly string[] }
}

type Node = typeof threadMachine.definition
type Step = Node['transitions'][number]

const rootId = threadMachine.id
const pathOf = (id: string): string => (id === rootId ? id : id.replace(/^#?[^.]*\./, ''))

/** The name of a guard or an action, whether XState gives it bare or in an object. */
function nameOf(named: unknown): string {
  const name = typeof named === 'object' && named !== null ? (named as { type?: unknown }).type : named
  if (typeof name !== 'string') throw new Error('the chart holds a guard or an action without a name')
  return name
}

// `definition` is typed as XState's live nodes; written to JSON and read back, targets are ids.
const idsOf = (target: readonly unknown[] | undefined) => (target ?? []) as readonly string[]
const childrenOf = ({ states }: Node): readonly Node[] => Object.values(states as Record<string, Node>)

function stateOf(node: Node): ChartState {
  const id = pathOf(node.id)
  const children = childrenOf(node)
  const [initial] = node.type === 'compound' ? idsOf(node.initial?.target) : []
  return {
    id,
    type: node.type as ChartState['type'],
    ...(initial && { initial: pathOf(initial) }),
    ...(node.description !== undefined && { description: node.description }),
    ...(node.tags.length > 0 && { tags: [...node.tags] }),
    ...(children.length > 0 && { states: children.map(stateOf) }),
  }
}

function transitionOf(step: Step, source: string): ChartTransition {
  const { target, guard, actions, meta, eventType } = step as Step & { readonly meta?: { readonly refuses?: string } }
  const [first] = idsOf(target)
  return {
    source,
    event: eventType,
    target: first === undefined ? null : pathOf(first),
    guard: guard === undefined ? null : nameOf(guard),
    actions: actions.map(nameOf),
    refuses: meta?.refuses ?? null,
  }
}

function transitionsOf(node: Node): readonly ChartTransition[] {
  const own = node.transitions.map((step) => transitionOf(step, pathOf(node.id)))
  return [...own, ...childrenOf(node).flatMap(transitionsOf)]
}

/** The chart as plain JSON: states, transitions in the order in which they are tried, refusals, guards' clauses. */
export function chart(): Chart {
  const definition = JSON.parse(JSON.stringify(threadMachine.definition)) as Node
  return {
    machine: machineId(),
    root: stateOf(definition),
    transitions: transitionsOf(definition),
    guards: conjunctions,
  }
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => (line === '' ? line : `  ${line}`))
const shortName = (id: string): string => id.slice(id.lastIndexOf('.') + 1)
/** Mermaid's own names must be unique in the whole picture and hold no dot. */
const picturedAs = (id: string): string => id.replaceAll('.', '_')
const inAnyState = (id: string): string => `${picturedAs(id)}_any`

function label({ event, guard, actions }: ChartTransition): string {
  const done = actions.filter((action) => action !== 'accept')
  return `${event}${guard === null ? '' : ` [${guard}]`}${done.length > 0 ? ` / ${done.join(', ')}` : ''}`
}

// Mermaid cannot draw a line from a state to one inside it: what holds in all of a region starts from a state "any".
const startOf = ({ source, target }: ChartTransition): string =>
  target?.startsWith(`${source}.`) ? inAnyState(source) : picturedAs(source)

const arrow = (step: ChartTransition): string =>
  `${startOf(step)} --> ${picturedAs(step.target ?? step.source)} : ${label(step)}`

function drawInner(state: ChartState, steps: readonly ChartTransition[]): string[] {
  const inner = (state.states ?? []).flatMap((child) => drawState(child, steps))
  const hasAny = steps.some(({ source, target }) => source === state.id && target?.startsWith(`${source}.`))
  return [
    ...(state.initial === undefined ? [] : [`[*] --> ${picturedAs(state.initial)}`]),
    ...(hasAny ? [`state "in any state of ${shortName(state.id)}" as ${inAnyState(state.id)}`] : []),
    ...inner,
  ]
}

function drawState(state: ChartState, steps: readonly ChartTransition[]): string[] {
  const name = `state "${shortName(state.id)}" as ${picturedAs(state.id)}`
  if (state.states) return [`${name} {`, ...indent(drawInner(state, steps)), '}']
  return state.type === 'final' ? [name, `${picturedAs(state.id)} --> [*]`] : [name]
}

function drawRegion(region: ChartState, steps: readonly ChartTransition[]): string[] {
  const own = steps.filter(({ source }) => source === region.id || source.startsWith(`${region.id}.`))
  return [
    `state "${shortName(region.id)}" as ${picturedAs(region.id)} {`,
    ...indent([...drawInner(region, own), ...own.map(arrow)]),
    '}',
  ]
}

function refusalLines(transitions: readonly ChartTransition[]): string[] {
  return transitions
    .filter(({ refuses }) => refuses !== null)
    .map(({ event, guard, refuses }) => `${event}${guard === null ? '' : ` [${guard}]`}: not accepted, ${refuses}`)
}

/**
 * The chart as Mermaid `stateDiagram-v2` text: the parallel regions side by side, nested states, the final state, and
 * on each arrow `event [guard] / actions`. What no region takes is refused, or accepted without effect; the refusals
 * stand in a note.
 */
export function chartMermaid({ root, transitions, machine }: Chart = chart()): string {
  const steps = transitions.filter(({ refuses, source }) => refuses === null && source !== root.id)
  const regions = (root.states ?? []).map((region) => drawRegion(region, steps))
  const parallel = regions.flatMap((region, place) => (place === 0 ? region : ['--', ...region]))
  return [
    `%% ${machine}`,
    'stateDiagram-v2',
    ...indent([
      `state "${root.id}" as ${root.id} {`,
      ...indent(parallel),
      '}',
      `note right of ${root.id}`,
      ...indent(['Asked only when no region moves:', ...refusalLines(transitions)]),
      'end note',
      '',
    ]),
  ].join('\n')
}
