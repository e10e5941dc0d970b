/** The SCXML goes through SCION, an SCXML interpreter: what it reads is the chart, and it starts where the chart begins. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readerPath } from '../../../scripts/services/programs.mjs'
import { type ChartState, chart } from '../../../src/proof/chart.js'
import { chartScxml } from '../../../src/proof/chart-scxml.js'
import { fileWith } from '../logs.js'

const load = createRequire(join(readerPath('@scion-scxml/scxml') ?? '', 'package.json'))

/** What SCION's own form of a statechart has of each state; events, targets and actions may be one or several. */
interface Read {
  readonly $type?: string
  readonly id?: string
  readonly initial?: string | readonly string[]
  readonly states?: readonly Read[]
  readonly transitions?: readonly {
    readonly event: string
    readonly target?: string | readonly string[]
    readonly cond?: { readonly expr: string }
    readonly onTransition?: Action | readonly Action[]
  }[]
}
interface Action {
  readonly $type: string
  readonly content?: string
  readonly expr?: { readonly expr: string }
}

const read = (text: string): Read => load('@scion-scxml/scxml/lib/compiler/scxml-to-scjson.js')(text)
const one = (value: string | readonly string[] | undefined): string | null =>
  value === undefined ? null : typeof value === 'string' ? value : (value[0] ?? null)
const nameIn = (call: string): string => call.replace('(_event)', '')

function stepsOf({ id, transitions = [], states = [] }: Read): readonly unknown[] {
  const own = transitions.map(({ event, target, cond, onTransition = [] }) => {
    const done = [onTransition].flat() as readonly Action[]
    const [log] = done.filter(({ $type }) => $type === 'log')
    return {
      source: id,
      event,
      target: one(target),
      guard: cond ? nameIn(cond.expr) : null,
      actions: done.filter(({ $type }) => $type === 'script').map(({ content = '' }) => nameIn(content)),
      refuses: log?.expr?.expr.replaceAll("'", '') ?? null,
    }
  })
  return [...own, ...states.flatMap(stepsOf)]
}

const kinds: { readonly [type: string]: string } = { parallel: 'parallel', final: 'final' }
const statesRead = ({ id, $type = 'state', initial, states = [] }: Read): readonly unknown[] => [
  [id, kinds[$type] ?? (states.length > 0 ? 'compound' : 'atomic'), one(initial)],
  ...states.flatMap(statesRead),
]
const statesIn = ({ id, type, initial, states = [] }: ChartState): readonly unknown[] => [
  [id, type, initial ?? null],
  ...states.flatMap(statesIn),
]

/** The state inside the document. */
const rootOf = ({ states = [] }: Read): Read => states.find(({ id }) => id === 'thread') as Read

describe('read by SCION', () => {
  test('Every state is there, of its kind, with its beginning, in its place.', () => {
    expect(statesRead(rootOf(read(chartScxml())))).toEqual(statesIn(chart().root))
  })

  test('Every transition is there, in order: event, guard, target, actions, refusal.', () => {
    expect(stepsOf(rootOf(read(chartScxml())))).toEqual(chart().transitions)
  })

  test('One that was lost on the way would be missed.', () => {
    const torn = chartScxml().replace(/ *<transition event="end\.confirmed"[^>]*>\n?/, '')
    expect(torn).not.toBe(chartScxml())
    expect(() => expect(stepsOf(rootOf(read(torn)))).toEqual(chart().transitions)).toThrow()
  })

  test('It runs: it starts where the chart begins.', async () => {
    const path = await fileWith(chartScxml(), 'thread.scxml')
    const scxml = load('@scion-scxml/scxml')
    const active = await new Promise((resolve, reject) => {
      scxml.pathToModel(
        path,
        (failed: unknown, model: { prepare: (done: (error: unknown, ready: unknown) => void) => void }) => {
          if (failed) return reject(failed)
          model.prepare((unready, ready) => {
            if (unready) return reject(unready)
            const session = new scxml.core.Statechart(ready)
            session.start()
            resolve(session.getConfiguration())
          })
        },
      )
    })
    expect([...(active as string[])].sort()).toEqual([
      'assessment.current',
      'closing.none',
      'lifecycle.engaging',
      'risk.clear',
    ])
  })
})
