/**
 * A disk as a program's system calls leave it, with what the platform does not promise yet: a write, a truncation, a new
 * name or a removed one lasts from the next sync of its file or folder, and until then it may be there or not.
 * What a failed sync had before it may never come to be, even if a later sync succeeds.
 * @see Pillai and others, "All File Systems Are Not Created Equal" (2014); Rebello and others, "Can Applications Recover
 *   from fsync Failures?" (2020)
 */

/** Bytes that a disk writes whole or not at all. */
export const sectorBytes = 512

const grown = (content, size) =>
  content.length >= size ? content : Buffer.concat([content, Buffer.alloc(size - content.length)])

/** A file's content after one more operation. */
function after(content, { kind, offset, bytes, size }) {
  if (kind === 'truncate') return Buffer.from(grown(content, size).subarray(0, size))
  const whole = Buffer.from(grown(content, offset + bytes.length))
  bytes.copy(whole, offset)
  return whole
}

/** Only these sectors of a write. */
function torn(operation, isKept) {
  const first = Math.floor(operation.offset / sectorBytes)
  const pieces = []
  for (let at = 0; at < operation.bytes.length; ) {
    const place = operation.offset + at
    const sector = Math.floor(place / sectorBytes)
    const end = Math.min(operation.bytes.length, (sector + 1) * sectorBytes - operation.offset)
    if (isKept(sector - first)) pieces.push({ ...operation, offset: place, bytes: operation.bytes.subarray(at, end) })
    at = end
  }
  return pieces
}

class File {
  durable = Buffer.alloc(0)
  pending = []
  size = 0

  sync(isFailed) {
    // What was pending at a failed sync stays in doubt for good: it is marked, and passed over by later syncs.
    if (isFailed) this.pending = this.pending.map((operation) => ({ ...operation, isForgotten: true }))
    else if (!this.pending.some(({ isForgotten }) => isForgotten)) {
      this.durable = this.pending.reduce(after, this.durable)
      this.pending = []
    } else this.pending = this.pending.map((operation) => ({ ...operation, isLasting: !operation.isForgotten }))
  }
}

export class Disk {
  #names = new Map()
  #durableNames = new Map()
  #pendingNames = []

  constructor(folder) {
    this.folder = folder
  }

  /** Takes the calls of a trace in turn. Throws at one that changes files and that this disk does not know. */
  take(call) {
    const deed = deeds[call.name]
    if (deed === undefined) return
    if (deed === 'unknown') throw new Error(`the disk does not know the call ${call.name} on ${call.path}`)
    this[deed](call)
  }

  create({ path, flags, isFailed }) {
    if (isFailed || !flags.includes('O_CREAT') || this.#names.has(path)) return
    this.#name(path, new File())
  }

  write({ path, text, numbers, isFailed, result }) {
    if (isFailed) return
    const file = this.#fileAt(path)
    const bytes = Buffer.from(text, 'latin1').subarray(0, result)
    const offset = numbers.at(-1)
    file.pending.push({ kind: 'write', offset, bytes })
    file.size = Math.max(file.size, offset + bytes.length)
  }

  truncate({ path, numbers, isFailed }) {
    if (!isFailed) this.#fileAt(path).pending.push({ kind: 'truncate', size: numbers.at(-1) })
  }

  sync({ path, isFailed }) {
    if (path !== this.folder) return this.#fileAt(path).sync(isFailed)
    if (isFailed) return
    for (const change of this.#pendingNames) applyName(this.#durableNames, change)
    this.#pendingNames = []
  }

  remove({ path, isFailed }) {
    if (!isFailed && this.#names.has(path)) this.#name(path, undefined)
  }

  /** What is in doubt now: operations on files, and changes of names. */
  get doubts() {
    const files = new Set([...this.#durableNames.values(), ...this.#names.values()])
    const operations = [...files].flatMap((file) => file.pending.filter(({ isLasting }) => !isLasting))
    return { operations, names: this.#pendingNames.length }
  }

  /**
   * One state that a loss of power can leave: each file's path and content.
   * @param choice `names`: how many of the pending changes of names came to be, in their order; `has`: which operations
   *   did; `sectors`: of which one of them some sectors only, and which.
   */
  stateAt({ names, has, sectors }) {
    const present = new Map(this.#durableNames)
    for (const change of this.#pendingNames.slice(0, names)) applyName(present, change)
    const chosen = (operation) => {
      if (!operation.isLasting && !has.has(operation)) return []
      return sectors?.of === operation ? torn(operation, sectors.isKept) : [operation]
    }
    return [...present].map(([path, file]) => [path, file.pending.flatMap(chosen).reduce(after, file.durable)])
  }

  #fileAt(path) {
    const file = this.#names.get(path)
    if (file === undefined) throw new Error(`the trace writes to ${path}, which was not created in it`)
    return file
  }

  #name(path, file) {
    const change = { path, file }
    applyName(this.#names, change)
    this.#pendingNames.push(change)
  }
}

function applyName(names, { path, file }) {
  if (file === undefined) names.delete(path)
  else names.set(path, file)
}

/** Each call that changes files or makes changes last; what only reads is not listed. */
const deeds = {
  open: 'create',
  openat: 'create',
  pwrite64: 'write',
  ftruncate: 'truncate',
  fsync: 'sync',
  fdatasync: 'sync',
  unlink: 'remove',
  ...Object.fromEntries(
    ['write', 'writev', 'pwritev', 'pwritev2', 'truncate', 'rename', 'renameat', 'renameat2', 'link', 'linkat']
      .concat(['fallocate', 'copy_file_range', 'sendfile', 'msync', 'sync_file_range', 'unlinkat', 'symlink'])
      .map((name) => [name, 'unknown']),
  ),
}
