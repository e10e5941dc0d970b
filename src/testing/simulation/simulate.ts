/**
 * A deterministic simulation of the whole service: many users, several pods on one store, an assessor and a network that
 * fail, in virtual time. Everything that happens follows from the seed, so that whatever is found can be seen again.
 * It throws nothing, waits for no real time, and ends: every loop is bounded by a count.
 * @see Will Wilson, "Testing Distributed Systems w/ Deterministic Simulation" (2014); TigerBeetle's simulator
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Policy } from '#machines/events.js'
import type { Assess } from '../../conversations/assessing.js'
import { createConversations } from '../../conversations.js'
import { defaultPolicy } from '../../lifecycle/policy.js'
import type { EventStore } from '../../log/event-store.js'
import { openMemoryStore } from '../../stores/memory.js'
import { SeededChance } from '../seeded-chance.js'
import { Board } from './board.js'
import { type Character, characters } from './characters.js'
import { ChatWindow, openConversation } from './conversing.js'
import { Census, type SimulationCoverage } from './coverage.js'
import { type FaultKind, type FaultRates, Faults, usualFaults } from './faults.js'
import { checkConversation, checkRebuildAt } from './final-check.js'
import { Findings, type SimulationFinding } from './findings.js'
import { Ledger } from './ledger.js'
import { checkLiveness } from './liveness.js'
import { type CreateDoor, Pods } from './pods.js'
import { assessTimeoutMs, judgeByWord, simulatedAssessor } from './simulated-assessor.js'
import { SimulatedStore } from './simulated-store.js'
import { VirtualTime } from './virtual-time.js'
import { Witness, type Witnessed } from './witness.js'
import type { World } from './world.js'

export interface SimulationOptions {
  /** Any whole number. The same seed with the same options gives the same events, to the hash. */
  readonly seed: number
  /** How many people use the service at once, 1 to 64; 4. */
  readonly users?: number
  /** How many processes of the service share the store, 1 to 16; 3. */
  readonly pods?: number
  /** Rates by kind, over `usualFaults`; `noFaults` leaves all out. */
  readonly faults?: Partial<FaultRates>
  /** For every conversation; without it each draws one of seven, small mostly, so that ends are reached. */
  readonly policy?: Partial<Policy>
  /** Events after which users come to an end, 1 to 1,000,000; 1,000. A run ends with somewhat more, or gives up sooner. */
  readonly events?: number
  /** Opens the store under test, empty; a memory store. It is closed at the end. */
  readonly store?: () => EventStore | Promise<EventStore>
  /** The assessor under test; it must not wait for real time. Without it, one that judges by a word in the message. */
  readonly assess?: Assess
  /** Makes each pod's door; `createConversations`. */
  readonly createDoor?: CreateDoor
}

export interface SimulationResult {
  readonly seed: number
  /** Events in the log at the end. */
  readonly events: number
  readonly conversations: number
  /** What went wrong on purpose, how often. */
  readonly faults: { readonly [K in FaultKind]: number }
  readonly coverage: SimulationCoverage
  /** What went wrong by mistake; empty if all laws held. At most 20. */
  readonly findings: readonly SimulationFinding[]
  /** Steps of virtual time. */
  readonly steps: number
  /** Hex SHA-256 over all events' hashes, in the order in which the store took them. */
  readonly logHash: string
}

const bounded = (value: number | undefined, usual: number, max: number): number =>
  Math.max(1, Math.min(Math.floor(value ?? usual) || 1, max))

const usersUsual = 4
const usersMax = 64
const snapshotEvery = 24
const cacheMax = 8
const lookBackRate = 0.02
const windowsMax = 2
const turnsMax = 12
// A run takes five or six steps an event; users give up where the world lets hardly anything through.
const stepsPerEventUsual = 50
const stepsBesideUsual = 5_000
// And where it does not come to an end even so, someone is kept waiting for ever.
const stepsPerEventMax = 200
const stepsBesideMax = 50_000

/** Small ones mostly, so that warnings and ends are met within a few turns; few, for each costs a table. */
const policies: readonly Policy[] = [
  defaultPolicy,
  { ...defaultPolicy, redirections: 1, calmTurns: 1 },
  { ...defaultPolicy, redirections: 1, riskClearedBy: ['operator', 'assessor'] },
  { ...defaultPolicy, redirections: 1, handshake: true },
  { ...defaultPolicy, redirections: 1, warnings: 2, calmTurns: 3, riskClearedBy: ['assessor'] },
  { ...defaultPolicy, redirections: 2, calmTurns: 1, handshake: true },
  { ...defaultPolicy, redirections: 2, userMayEnd: false },
]

class Simulation {
  private readonly world: World
  private readonly boards: Board[] = []
  private readonly hashes: string[] = []
  private readonly eventsMax: number
  private ids = 0

  constructor(
    private readonly options: SimulationOptions,
    private readonly real: EventStore,
  ) {
    this.eventsMax = bounded(options.events, 1_000, 1_000_000)
    const chance = new SeededChance(options.seed)
    const time = new VirtualTime()
    const findings = new Findings(options.seed)
    const census = new Census()
    const faults = new Faults({ ...usualFaults, ...options.faults }, chance.branch())
    const witness = new Witness(findings, census)
    const ledger = new Ledger()
    const shared = { time, chance, faults, witness, census, findings, ledger }
    const onStored = (witnessed: Witnessed) => this.onStored(witnessed)
    const store = { ...shared, real, chance: chance.branch(), onStored }
    const pods = new Pods(bounded(options.pods, 3, 16), {
      store: (isAlive) => new SimulatedStore(store, isAlive),
      door: (podStore) => this.openDoor(podStore, { ...shared, chance: chance.branch() }),
    })
    const stepsUsual = this.eventsMax * stepsPerEventUsual + stepsBesideUsual
    const isTimeUp = () => witness.events >= this.eventsMax || time.steps >= stepsUsual || findings.isFull
    this.world = { ...shared, pods, newId: this.newId, isTimeUp }
  }

  async run(): Promise<SimulationResult> {
    const { world } = this
    await this.untilDone(this.everyoneLives())
    world.faults.stop()
    await this.untilDone(this.everyoneIsServed())
    await this.untilQuiet()
    for (const witnessed of world.witness.conversations.values()) {
      await this.unlessThrown(() => checkConversation(world, this.real, witnessed))
    }
    await this.unlessThrown(() => this.real.close())
    const { witness, faults, findings, time, census } = world
    return {
      seed: this.options.seed,
      events: witness.events,
      conversations: witness.conversations.size,
      faults: { ...faults.counts },
      coverage: census.coverage(),
      findings: findings.all,
      steps: time.steps,
      logHash: bytesToHex(sha256(utf8ToBytes(this.hashes.join('\n')))),
    }
  }

  private async unlessThrown(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      this.world.findings.add('throws', `the store threw when all was quiet: ${String(thrown)}`)
    }
  }

  private readonly newId = (letter: string): string => `${letter}${++this.ids}`

  private openDoor(store: EventStore, world: Pick<World, 'time' | 'chance' | 'faults' | 'witness'>) {
    const { time, chance } = world
    const { createDoor = createConversations, assess: judge = judgeByWord } = this.options
    return createDoor({
      store,
      assess: simulatedAssessor({ ...world, judge }),
      assessTimeoutMs,
      snapshotEvery,
      cacheMax,
      clock: time.clock,
      setTimer: time.setTimer,
      newId: () => this.newId('e'),
      newSalt: () => chance.hex(32),
    })
  }

  private async onStored(witnessed: Witnessed): Promise<void> {
    const { chance } = this.world
    const { events } = witnessed
    this.hashes.push(events.at(-1)?.hash ?? '')
    if (events.length === 0 || witnessed.isBroken || !chance.happens(lookBackRate)) return
    await checkRebuildAt(this.world, this.real, witnessed, 1 + chance.below(events.length))
  }

  /** Lets time pass until this is done; it is a finding if it never is. */
  private async untilDone(work: Promise<unknown>): Promise<void> {
    const { time, findings } = this.world
    let isDone = false
    const done = () => {
      isDone = true
    }
    work.then(done, (thrown) => {
      findings.add('throws', `the simulation's own code threw: ${thrown instanceof Error ? thrown.stack : thrown}`)
      done()
    })
    const stepsMax = time.steps + this.eventsMax * stepsPerEventMax + stepsBesideMax
    await time.settle()
    while (!isDone) {
      if (time.steps >= stepsMax) {
        findings.add('liveness', `not done after ${time.steps} steps`)
        return
      }
      if (!(await time.advance()) && !isDone) {
        findings.add('liveness', 'someone waits for an answer, and nothing is left that could bring it')
        return
      }
    }
  }

  /** What is still under way must come to an end: late requests, timers. */
  private async untilQuiet(): Promise<void> {
    const { time, findings } = this.world
    const stepsMax = time.steps + stepsBesideMax
    while (await time.advance()) {
      if (time.steps < stepsMax) continue
      findings.add('liveness', 'it never becomes quiet')
      return
    }
  }

  private everyoneLives(): Promise<unknown> {
    const users = bounded(this.options.users, usersUsual, usersMax)
    return Promise.all(Array.from({ length: users }, (_, place) => this.live(place)))
  }

  private async live(place: number): Promise<void> {
    const { world } = this
    await world.time.wait(place)
    // Where there are users enough, each character is somebody's; the rest change with each conversation.
    const isEnough = bounded(this.options.users, usersUsual, usersMax) >= characters.length
    const own = isEnough ? characters[place] : undefined
    while (!world.isTimeUp()) {
      await this.converse(own ?? world.chance.of(characters), `user-${place}`)
      // Else a door that refuses at once, for ever, would leave no time for anything to end it.
      await world.time.wait(1)
    }
  }

  private async converse(character: Character, owner: string): Promise<void> {
    const { world } = this
    const { chance } = world
    world.census.count('characters', character.name)
    const policy = this.options.policy ?? chance.of(policies)
    const conversationId = world.newId('c')
    const turn = await openConversation(world, { conversationId, owner, policy })
    if (!turn) return
    const board = new Board(conversationId, turn)
    this.boards.push(board)
    const windows = Array.from({ length: 1 + chance.below(windowsMax) }, () => new ChatWindow(world, board, character))
    await Promise.all(windows.map((window) => this.talk(window)))
  }

  private async talk(window: ChatWindow): Promise<void> {
    const turns = 2 + this.world.chance.below(turnsMax)
    for (let turn = 0; turn < turns && !this.world.isTimeUp(); turn++) await window.turn()
  }

  private async everyoneIsServed(): Promise<void> {
    for (const board of this.boards) {
      if (this.world.findings.isFull) return
      await checkLiveness(this.world, board)
    }
  }
}

/**
 * Runs the service under a seed and holds it to its laws at every step.
 * @returns what happened, and what was found: see `SimulationResult`. Rejects only if the store cannot be opened.
 * @example
 * const { findings } = await simulate({ seed: 7, users: 6, pods: 3, store: openMyStore })
 * assert.deepEqual(findings, [])
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const real = options.store ? await options.store() : openMemoryStore()
  return new Simulation(options, real).run()
}
