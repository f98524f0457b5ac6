/** Source of the word `start + index` of a state, folded where the index is a number. */
export function word(array: string, base: string, start: number, index: string): string {
  return /^\d+$/.test(index)
    ? `${array}[${base} + ${start + Number(index)}]`
    : `${array}[${base} + ${start} + ${index}]`;
}
