/** One of several, or any: what narrows a list. */

export function Choice(props: {
  readonly label: string
  readonly value: string
  readonly of: readonly string[]
  readonly onChoose: (value: string) => void
}) {
  return (
    <select
      aria-label={`Show by ${props.label}`}
      value={props.value}
      onChange={({ currentTarget }) => props.onChoose(currentTarget.value)}
    >
      <option value="">any {props.label}</option>
      {props.of.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  )
}
