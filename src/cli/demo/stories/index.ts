/** The stories, in the order in which they are played. */
import type { Story } from '../story.js'
import { crisis } from './crisis.js'
import { farewell } from './farewell.js'
import { heatedButFine } from './heated-but-fine.js'
import { persistentHarm } from './persistent-harm.js'
import { secondChance } from './second-chance.js'

export const stories: readonly Story[] = [heatedButFine, persistentHarm, crisis, farewell, secondChance]
