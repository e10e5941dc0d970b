/** The Graphviz text is drawn by Graphviz, without a word of complaint, and everything is in the picture. */
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { chart } from '../../../src/proof/chart.js'
import { chartDot } from '../../../src/proof/chart-dot.js'

const drawn = (text: string) => spawnSync('dot', ['-Tsvg'], { input: text, encoding: 'utf8', timeout: 30_000 })

test('It draws an arrow for every step, and a box for every state, and complains of nothing.', () => {
  const { status, stdout, stderr } = drawn(chartDot())
  expect([status, stderr]).toEqual([0, ''])
  const { root, transitions } = chart()
  const steps = transitions.filter(({ source, refuses }) => source !== root.id && refuses === null)
  const begins = 2 + (root.states?.length ?? 0)
  expect(stdout.match(/class="edge"/g)?.length).toBe(steps.length + begins)
  expect(stdout.match(/class="cluster"/g)?.length).toBe(begins)
  for (const name of ['engaging', 'forked', 'ignored', 'flagged', 'confirmed']) expect(stdout).toContain(`>${name}<`)
})

test('What is no Graphviz text is complained of.', () => {
  const { status } = drawn(chartDot().replace('digraph', 'digraf'))
  expect(status).not.toBe(0)
})
