export type Fate =
  | 'pass'
  /** Passed on a turn of the event loop or a few later. */
  | 'delay'
  /** Both ends are cut; this is not passed on. */
  | 'cut'
  /** Not passed on, and nothing is cut. */
  | 'swallow'

export interface Fates {
  request: (bytes: Uint8Array) => Fate
  answer: (bytes: Uint8Array) => Fate
}

export class TcpProxy {
  private constructor()
  static before(url: string): Promise<TcpProxy>
  readonly fates: Fates
  get url(): string
  leadTo(url: string): void
  heal(): void
  end(): Promise<void>
}
