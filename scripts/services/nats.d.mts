export interface NatsNode {
  readonly name: string
  readonly folder: string
  readonly port: number
  pid?: number
}
interface Settings {
  readonly maxPayloadBytes?: number
  readonly jetstream?: string
}
export interface NatsServer {
  readonly folder: string
  readonly nodes: readonly NatsNode[]
  readonly url: string
}
export function makeNats(options?: { readonly count?: 1 | 3; readonly settings?: Settings }): Promise<NatsServer>
export function startNode(server: NatsServer, node: NatsNode): void
export function untilReady(server: NatsServer, nodes?: readonly NatsNode[]): Promise<void>
export function stopNode(node: NatsNode, signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
export function loseData(node: NatsNode): void
export function runsNode(node: NatsNode): boolean
export function leaderOf(server: NatsServer, stream: string): Promise<NatsNode | undefined>
export function statesOf(server: NatsServer, stream: string): Promise<readonly string[]>
export function runsNats(server: NatsServer): boolean
export function removeNats(server: NatsServer): Promise<void>
