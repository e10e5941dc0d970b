/** `colloquy/machines`: the statechart itself, for those who draw it, explore it or hold it to their own laws. */
export * from './events.js'
export * from './guards.js'
export * from './thread.machine.js'
export * from './vetoes.js'
