// SPDX-License-Identifier: BSD-2-Clause
// Text of a configuration file as a boolean or a number. An empty option counts as absent.
import { ConfigError } from './errors'

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  on: true,
  false: false,
  '0': false,
  no: false,
  off: false,
}

export const booleanOf = (text: string | undefined, option: string): boolean | undefined => {
  if (text === undefined || text === '') return undefined
  const folded = text.toLowerCase()
  if (!Object.hasOwn(booleans, folded))
    throw new ConfigError(`value of configuration option '${option}' must be a boolean, not '${text}'`)
  return booleans[folded]
}

export const integerOf = (text: string | undefined, option: string): number | undefined => {
  if (text === undefined || text === '') return undefined
  if (!/^[+-]?\d{1,9}$/.test(text))
    throw new ConfigError(`value of configuration option '${option}' must be an integer, not '${text}'`)
  return Number(text)
}

export const decimalOf = (text: string | undefined, option: string): number | undefined => {
  if (text === undefined || text === '') return undefined
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text))
    throw new ConfigError(`value of configuration option '${option}' must be a number, not '${text}'`)
  return Number(text)
}
