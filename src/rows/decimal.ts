// SPDX-License-Identifier: BSD-2-Clause

/**
 * A number with a fraction as the services write it, whatever its value: 5.0, 0.25, 1.0E7. It is the notation of their
 * language, Java, where a number is plain from a thousandth to ten million.
 */
export const decimal = (value: number | undefined): string | undefined => {
  // What is no number arrived as a text, and is printed as it came.
  if (typeof value !== 'number' || !Number.isFinite(value))
    return value === undefined ? undefined : String(value)
  const size = Math.abs(value)
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return fraction(String(value))
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${fraction(digits)}E${Number(exponent)}`
}

const fraction = (digits: string): string => (digits.includes('.') ? digits : `${digits}.0`)
