/**
 * A thread of a log as a living XState actor, for whoever watches actors by XState's inspection API, as Stately's inspector
 * does. It is the very statechart that decides, and is sent what the log records: nothing is written, and no rule is here.
 */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import { type ActorRefFrom, createActor, type InspectionEvent, type Observer } from 'xstate'
import { type ThreadMachine, threadMachine } from '#machines/thread.machine.js'
import { rejection } from '../conversation/rejection.js'
import type { Rejection } from '../conversation/rejection.js'
import type { Conversation } from '../conversation/state.js'
import { letters } from '../lifecycle/alphabet.js'
import { type Automaton, automatonFor, type StateId } from '../lifecycle/automaton.js'
