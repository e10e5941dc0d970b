/** A TCP proxy before a server: it passes on, delays, cuts and swallows, as a test says. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export type Fate =
  | 'pass'
  /** Passed on a turn of the event loop or a few later. */
  | 'delay'
  /** Both ends are cut; this is not passed on. */
  | 'cut'
  /** Not passed on, and nothing is cut. */
  | 'swallow'

export interface Fates {
  /** What becomes of bytes on their way to the server. */
  request: () => Fate
  /** And on their way back. */
  answer: () => Fate
}

export class TcpProxy {
  readonly fates: Fates = { request: () => 'pass', answer: () => 'pass' }
  private readonly sockets = new Set<Socket>()

  private constructor(
    private readonly server: Server,
    private target: URL,
  ) {
    server.on('connection', (client) => this.join(client))
  }

  static async before(url: string): Promise<TcpProxy> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new TcpProxy(server, new URL(url))
  }

  /** The server's address, by way of the proxy. */
  get url(): string {
    const url = new URL(this.target)
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`
    return url.href
  }

  /** Connections made from now on are led there. */
  leadTo(url: string): void {
    this.target = new URL(url)
  }

  /** All goes on as it should. */
  heal(): void {
    Object.assign(this.fates, { request: () => 'pass', answer: () => 'pass' })
  }

  /** Cuts every connection, and lets nobody in any more: what becomes of a client that is killed. */
  async end(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
    for (const socket of this.sockets) socket.destroy()
    await closed
  }

  private join(client: Socket): void {
    const upstream = connect(Number(this.target.port), this.target.hostname)
    const both = [client, upstream]
    const cut = () => {
      for (const socket of both) socket.destroy()
    }
    for (const socket of both) {
      this.sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', cut)
      socket.on('close', () => {
        this.sockets.delete(socket)
        cut()
      })
    }
    client.on(
      'data',
      this.passing(upstream, cut, () => this.fates.request()),
    )
    upstream.on(
      'data',
      this.passing(client, cut, () => this.fates.answer()),
    )
  }

  // What was delayed is not overtaken by what comes after it.
  private passing(to: Socket, cut: () => void, fateOf: () => Fate): (bytes: Buffer) => void {
    let last: Promise<unknown> = Promise.resolve()
    return (bytes) => {
      const fate = fateOf()
      const act = () => {
        if (fate === 'cut') cut()
        else if (fate !== 'swallow' && !to.destroyed) to.write(bytes)
      }
      if (fate === 'delay') last = last.then(() => new Promise(setImmediate)).then(() => new Promise(setImmediate))
      last = last.then(act)
    }
  }
}
