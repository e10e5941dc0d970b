export interface Service {
  readonly name: string
  readonly variable: string
  readonly tests: string
  readonly alsoTests?: readonly string[]
  readonly url: string | undefined
}
export function services(): readonly Service[]
export interface LeftOut {
  readonly name: string
  readonly tests: string
  readonly remedy: string
}
export function leftOut(): readonly LeftOut[]
