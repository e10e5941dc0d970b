/**
 * Forty logs and the reports expected of them, which stand beside the repository and are not ours to copy. Where they
 * are not to be had, the run says so.
 */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { LifecycleEvent } from '../../machines/events.js'
import { Folding } from '../../src/conversation/fold.js'
import { judge } from '../../src/conversation/judge.js'
import { reportOf } from './report.js'
import { SpecOracle } from './spec-oracle.js'

interface Vector {
  readonly log: readonly (LifecycleEvent & { readonly conversationId: string; readonly version: number })[]
  readonly expected: { readonly conversationId: string; readonly version: number }
}

const file = new URL('../../../shared/vectors/lifecycle.jsonl', import.meta.url)

const vectors = (): readonly Vector[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

function replayed({ log }: Vector): unknown {
  const folding = new Folding()
  const conversationId = log[0]?.conversationId
  for (const event of log) {
    const code = judge(folding.state, event)?.code
    if (code !== undefined) {
      return { conversationId, ...reportOf(folding.finish()), rejected: { version: event.version, code } }
    }
    folding.add(event)
  }
  return { conversationId, ...reportOf(folding.finish()), rejected: null }
}

function told({ log }: Vector): unknown {
  const oracle = new SpecOracle()
  const conversationId = log[0]?.conversationId
  for (const event of log) {
    const code = oracle.offer(event)
    if (code !== undefined) return { conversationId, ...oracle.report(), rejected: { version: event.version, code } }
  }
  return { conversationId, ...oracle.report(), rejected: null }
}

if (existsSync(file)) {
  test('Every vector folds to the report expected of it.', () => {
    expect(vectors().map(replayed)).toEqual(vectors().map(({ expected }) => expected))
  })

  test('The oracle tells of every vector what is expected.', () => {
    expect(vectors().map(told)).toEqual(vectors().map(({ expected }) => expected))
  })

  test('The vectors hold forty logs.', () => {
    expect(vectors()).toHaveLength(40)
  })
} else {
  test('ABSENT: ../shared/vectors/lifecycle.jsonl is not here, so no vector was compared.', () => {
    console.log('../shared/vectors/lifecycle.jsonl is absent: the forty published vectors were not compared.')
    expect(existsSync(file)).toBe(false)
  })
}
