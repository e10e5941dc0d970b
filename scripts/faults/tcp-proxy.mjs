/** A TCP proxy before a server: it passes on, delays, cuts and swallows, as a test says. */
import { connect, createServer } from 'node:net'

export class TcpProxy {
  /** What becomes of bytes on their way to the server, and on their way back. */
  fates = { request: () => 'pass', answer: () => 'pass' }
  #sockets = new Set()
  #server
  #target

  constructor(server, target) {
    this.#server = server
    this.#target = target
    server.on('connection', (client) => this.#join(client))
  }

  static async before(url) {
    const server = createServer()
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new TcpProxy(server, new URL(url))
  }

  /** The server's address, by way of the proxy. */
  get url() {
    const url = new URL(this.#target)
    url.host = `127.0.0.1:${this.#server.address().port}`
    return url.href
  }

  /** Connections made from now on are led there. */
  leadTo(url) {
    this.#target = new URL(url)
  }

  /** All goes on as it should. */
  heal() {
    Object.assign(this.fates, { request: () => 'pass', answer: () => 'pass' })
  }

  /** Cuts every connection, and lets nobody in any more: what becomes of a client that is killed. */
  async end() {
    const closed = new Promise((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #join(client) {
    const upstream = connect(Number(this.#target.port), this.#target.hostname)
    const both = [client, upstream]
    const cut = () => {
      for (const socket of both) socket.destroy()
    }
    for (const socket of both) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', cut)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        cut()
      })
    }
    client.on(
      'data',
      this.#passing(upstream, cut, (bytes) => this.fates.request(bytes)),
    )
    upstream.on(
      'data',
      this.#passing(client, cut, (bytes) => this.fates.answer(bytes)),
    )
  }

  // What was delayed is not overtaken by what comes after it.
  #passing(to, cut, fateOf) {
    let last = Promise.resolve()
    return (bytes) => {
      const fate = fateOf(bytes)
      const act = () => {
        if (fate === 'cut') cut()
        else if (fate !== 'swallow' && !to.destroyed) to.write(bytes)
      }
      if (fate === 'delay') last = last.then(() => new Promise(setImmediate)).then(() => new Promise(setImmediate))
      last = last.then(act)
    }
  }
}
