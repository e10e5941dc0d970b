/** A column of integers that grows: the inspector keeps one entry an event, and a view of 100,000 must not be objects. */
export class IntColumn {
  private data = new Int32Array(1_024)
  private count = 0

  get length(): number {
    return this.count
  }

  push(value: number): void {
    if (this.count === this.data.length) {
      const larger = new Int32Array(this.data.length * 2)
      larger.set(this.data)
      this.data = larger
    }
    this.data[this.count] = value
    this.count += 1
  }

  /** The entry at this place, which must be below `length`. */
  at(place: number): number {
    return this.data[place] as number
  }

  set(place: number, value: number): void {
    this.data[place] = value
  }

  /** A copy of all entries. */
  copy(): Int32Array {
    return this.data.slice(0, this.count)
  }
}

/** How many of these ascending numbers are at most `value`. */
export function countUpTo(
  ascending: { readonly [place: number]: number; readonly length: number },
  value: number,
): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low
}
