export function chromiumPath(): string | undefined
export function readerPath(name: string): string | undefined
