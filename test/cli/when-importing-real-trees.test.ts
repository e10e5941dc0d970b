/**
 * A hundred real trees of Open Assistant's, which stand beside the repository and are not ours to copy. Where they are
 * not to be had, the run says so.
 */
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { isLeft } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { importLines } from '../../src/cli/importing/import-lines.js'
import { draftTree } from '../../src/cli/importing/oasst.js'
import { rebuild } from '../../src/log/rebuild.js'
import { reportConversation } from '../../src/log/report.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { linesIn, told } from './told.js'
import type { Node } from './trees.js'

const file = new URL('../../../shared/data/oasst-en-100-trees.jsonl', import.meta.url)

interface Tree {
  readonly message_tree_id: string
  readonly prompt: Node
}

const trees = (): readonly Tree[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** Every path from the root to a leaf, told anew and by recursion. */
function paths({ message_id, replies }: Node): readonly string[] {
  const below = (replies as readonly Node[]).flatMap(paths)
  return below.length === 0 ? [message_id] : below.map((path) => `${message_id} ${path}`)
}

const unjudged = { harmfulFrom: new Map<string, number>(), assumeHarmless: false }

function pathsToldOf(tree: Tree): readonly string[] {
  const draft = draftTree(tree, unjudged)
  if (isLeft(draft)) throw new Error(draft.left)
  return Object.values(linesIn(told(draft.right))).map((line) => line.join(' '))
}

async function importInto(store: ReturnType<typeof openMemoryStore>) {
  const faults: string[] = []
  const tally = await importLines({
    chunks: createReadStream(file),
    convert: (value) => draftTree(value, unjudged),
    store,
    importedAt: '2026-01-01T00:00:00.000Z',
    onFault: (line, why) => faults.push(`${line}: ${why}`),
    onLine: () => {},
  })
  return { faults, tally }
}

if (existsSync(file)) {
  test('Every path from a root to a leaf is a thread, and no other.', () => {
    for (const tree of trees()) expect([...pathsToldOf(tree)].sort()).toEqual([...paths(tree.prompt)].sort())
  })

  test('All are imported, every message once, and importing again adds nothing.', async () => {
    const store = openMemoryStore()
    const first = await importInto(store)
    expect(first).toMatchObject({ faults: [], tally: { added: 100, refused: 0, messages: 1_167, threads: 626 } })
    expect(await importInto(store)).toMatchObject({ faults: [], tally: { added: 0, known: 100, events: 0 } })
    for (const { message_tree_id: conversationId, prompt } of trees()) {
      const { conversation } = orThrow(await rebuild(store, { conversationId }))
      expect(reportConversation(conversationId, conversation).threads).toHaveLength(paths(prompt).length)
    }
  })
} else {
  test('ABSENT: ../shared/data/oasst-en-100-trees.jsonl is not here, so no real tree was imported.', () => {
    console.log('../shared/data/oasst-en-100-trees.jsonl is absent: no real tree was imported.')
    expect(existsSync(file)).toBe(false)
  })
}
