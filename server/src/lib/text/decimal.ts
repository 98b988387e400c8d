/** The decimal text of `value` divided by ten to the power of `digits`, exactly; without zeros that say nothing. */
export function decimalText(value: bigint, digits: number): string {
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, '0');
  const fraction = text.slice(text.length - digits).replace(/0+$/, '');
  const whole = text.slice(0, text.length - digits);
  return `${value < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`;
}
