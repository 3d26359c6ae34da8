// SPDX-License-Identifier: BSD-2-Clause
// The text of Fn::Sub: `${Name}`, `${Resource.Attribute}`, and `${!Name}`, which stays as `${Name}`. What has no closing
// brace is no variable.
import { faulty } from './faults'

const variable = /\$\{!|\$\{([^}]*)\}/g

const checked = (name: string): string => {
  if (/^[A-Za-z0-9_:.]+$/.test(name)) return name
  return faulty(
    'variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons',
  )
}

export const variablesOf = (text: string): readonly string[] =>
  [...text.matchAll(variable)].flatMap(([, name]) => (name === undefined ? [] : [checked(name)]))

export const substituted = (text: string, found: (name: string) => string): string =>
  text.replace(variable, (_, name: string | undefined) => (name === undefined ? '${' : found(checked(name))))
