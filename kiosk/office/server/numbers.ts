/** A number as it stands in an address, such as that of an alert; null: it is none, and nothing has it. */
export function numberIn(text: string | undefined): number | null {
  return text !== undefined && /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : null;
}
