/**
 * Several processes write to one conversation of a SQLite file, and one after the other is killed, at no chosen moment,
 * and another put in its place.
 */
import { join } from 'node:path'
import { examineFile } from './sqlite-aftermath.mjs'
import { acknowledgedIn, inFolder } from './sqlite-file.mjs'
import { Tally } from './tally.mjs'
import { WriterProcess } from './writer-process.mjs'

const conversations = ['shared']
/** Others may be first many times in a row. */
const attemptsEach = 64

/** How long nobody was told anything, at most: from the times that the acknowledgements' lines carry. */
function longestSilenceMs(batches) {
  const times = batches.map(({ at }) => at).sort((a, b) => a - b)
  return Math.max(0, ...times.slice(1).map((time, index) => time - times[index]))
}

/** @param kills how many processes are killed; `processes`: how many write at once; `bug`: what is seeded. */
export async function shareConversation({ processes = 3, kills, batchesEach = 12, bug, checkpointPages = 24 }) {
  const tally = new Tally()
  await inFolder(async (folder) => {
    const path = join(folder, 'chats.db')
    let number = 0
    const start = () => {
      const own = { acknowledgements: join(folder, `acknowledged-${++number}`), name: `w${number}`, seed: number }
      return new WriterProcess({ path, ...own, conversations, attemptsMax: attemptsEach, bug, checkpointPages })
    }
    const running = Array.from({ length: processes }, start)
    const all = [...running]
    for (let killed = 0; killed < kills; killed++) {
      const victim = running.shift()
      // Not of a fixed length, so that the kill falls here and there.
      await victim.hasBeenTold(batchesEach + (killed % 7))
      await victim.kill()
      const next = start()
      running.push(next)
      all.push(next)
    }
    for (const one of running) await one.hasBeenTold(1)
    await Promise.all(running.map((one) => one.kill()))
    const acknowledged = all.flatMap(({ acknowledgements }) => acknowledgedIn(acknowledgements))
    tally.count('processes', all.length)
    tally.stallMs = longestSilenceMs(acknowledged)
    const where = `${kills} kills among ${processes} processes`
    await examineFile({ path, acknowledged, conversations, tally, where })
  })
  return tally
}
