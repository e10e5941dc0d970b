/** The two ends of a replay's first reading: bytes cut into lines, and lines sorted by whose they are. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Line, LineSplitter, lineBytesMax } from '../../src/cli/line-splitter.js'
import { LogIndex } from '../../src/cli/log-index.js'

/** The lines, each read when it is given; then its bytes are another's, and so are a chunk's when its lines were taken. */
function split(chunks: readonly Buffer[]): readonly Line[] {
  const splitter = new LineSplitter()
  const lines: Line[] = []
  const read = (line: Line) => lines.push({ ...line, bytes: line.bytes && Buffer.from(line.bytes) })
  const given = Buffer.alloc(Math.max(...chunks.map(({ length }) => length)))
  for (const chunk of chunks) {
    chunk.copy(given)
    for (const line of splitter.push(given.subarray(0, chunk.length))) read(line)
  }
  for (const line of splitter.end()) read(line)
  return lines
}

/** The buffer in pieces that end at these places. */
function cutAt(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...new Set([...places.map((place) => place % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b)
  return ends.map((end, n) => bytes.subarray(ends[n - 1] ?? 0, end))
}

describe('the splitter', () => {
  const text = fc
    .array(fc.constantFrom('a', 'é', '🙂', '\r', '\0', '\n', '\n\n'), { maxLength: 60 })
    .map((all) => all.join(''))

  test('gives the same lines wherever the chunks end, each where it says.', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 300 })), (said, places) => {
        const bytes = Buffer.from(said)
        const lines = split(cutAt(bytes, places))
        const expected = said.split('\n')
        if (expected.at(-1) === '') expected.pop()
        expect(lines.map((line) => line.bytes?.toString())).toEqual(expected)
        expect(lines.map(({ number }) => number)).toEqual(expected.map((_, n) => n + 1))
        expect(Buffer.concat(lines.map(({ offset, size }) => bytes.subarray(offset, offset + size)))).toEqual(bytes)
      }),
    )
  })

  test('drops a line that is too long, tells its size, and goes on after it.', () => {
    const chunk = Buffer.alloc(1_048_576, 0x78)
    const chunks = [...Array.from({ length: lineBytesMax / chunk.length }, () => chunk), Buffer.from('x\nnext\n')]
    expect(split(chunks).map(({ offset, size, bytes }) => ({ offset, size, bytes: bytes?.toString() }))).toEqual([
      { offset: 0, size: lineBytesMax + 2, bytes: undefined },
      { offset: lineBytesMax + 2, size: 5, bytes: 'next' },
    ])
  })
})

test('The splitter holds nothing of a line that is too long: 5 GiB of it pass, which no buffer could.', () => {
  const splitter = new LineSplitter()
  const chunk = Buffer.alloc(8 * 1_048_576, 0x78)
  const chunks = 640
  for (let n = 0; n < chunks; n++) expect([...splitter.push(chunk)]).toEqual([])
  expect([...splitter.push(Buffer.from('\n'))]).toEqual([
    { number: 1, offset: 0, size: chunks * chunk.length + 1, bytes: null },
  ])
})

describe('the index', () => {
  const entries = fc.array(
    fc.record({ id: fc.constantFrom('a', 'b', '__proto__', '\ud800', '\udbff', ''), gap: fc.nat({ max: 1 }) }),
  )

  test('gives each conversation its lines in order, neighbours as one run, conversations as they appeared.', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const index = new LogIndex()
        const byId = new Map<string, number[]>()
        let offset = 0
        for (const { id, gap } of all) {
          offset += gap
          index.add(id, { offset, size: 1 })
          byId.set(id, [...(byId.get(id) ?? []), offset])
          offset += 1
        }
        const bytesOf = (number: number) =>
          [...index.runsOf(number)].flatMap((run) => Array.from({ length: run.size }, (_, n) => run.offset + n))
        expect(Array.from({ length: index.conversationCount }, (_, number) => bytesOf(number))).toEqual([
          ...byId.values(),
        ])
      }),
    )
  })

  test('joins neighbours.', () => {
    const index = new LogIndex()
    for (const offset of [0, 10, 20, 40]) index.add('a', { offset, size: 10 })
    expect([...index.runsOf(0)]).toEqual([
      { offset: 0, size: 30 },
      { offset: 40, size: 10 },
    ])
  })

  test('tells 20,000 conversations apart, met in two rounds.', () => {
    const index = new LogIndex()
    const count = 20_000
    for (let line = 0; line < 2 * count; line++) index.add(`c${line % count}`, { offset: line * 2, size: 1 })
    expect(index.conversationCount).toBe(count)
    for (let number = 0; number < count; number++) {
      const offsets = [...index.runsOf(number)].map(({ offset }) => offset)
      if (offsets[0] !== number * 2 || offsets[1] !== (number + count) * 2) throw new Error(`wrong lines for ${number}`)
    }
  })
})
