export interface Service {
  readonly name: string
  readonly variable: string
  readonly tests: string
  readonly url: string | undefined
}
export function services(): readonly Service[]
