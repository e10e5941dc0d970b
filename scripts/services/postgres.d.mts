export interface PostgresServer {
  readonly binaries: string
  readonly folder: string
  readonly port: number
  readonly pid: number
  readonly url: string
}
type Settings = Readonly<Record<string, string | number>>
export function makePostgres(settings?: Settings): Promise<PostgresServer>
export function makeStandby(primary: PostgresServer, settings?: Settings): Promise<PostgresServer>
export function startPostgres(
  server: Pick<PostgresServer, 'binaries' | 'folder' | 'port'> & { readonly settings?: Settings },
): Promise<number>
export function stopPostgres(server: PostgresServer, signal?: 'SIGINT' | 'SIGQUIT'): Promise<void>
export function removePostgres(server: PostgresServer): Promise<void>
export function runsPostgres(server: PostgresServer): boolean
export function signalPostgres(server: PostgresServer, word: string, signal: NodeJS.Signals): number
export function killPostgres(server: PostgresServer): Promise<void>
