// SPDX-License-Identifier: BSD-2-Clause
// The attributes of a new policy: one by one, as a list, or in a file with one a line.
import type { PolicyAttribute } from '@aws-sdk/client-elastic-load-balancing'
import type { Context } from '../context'
import { append, option } from '../options'
import { policyAttribute, policyPair, policyPairs } from './argument-types'

export const policyAttributeOptions = {
  attribute: append('-a --attribute', {
    metavar: '"name=NAME, value=VALUE"',
    type: policyAttribute,
    help: 'name and value of an attribute of the policy. May be used more than once',
  }),
  attributes: append('-A --attributes', {
    metavar: 'NAME=VALUE,...',
    type: policyPairs,
    help: 'the same, in fewer words. May be used more than once',
  }),
  attributesFromFile: option('--attributes-from-file', {
    metavar: 'FILE',
    help: 'file with names and values of attributes, "NAME=VALUE", one a line; "-" for standard input. Lines that are blank or begin with "#" are passed over',
  }),
}

interface Given {
  readonly attribute: readonly PolicyAttribute[]
  readonly attributes: readonly (readonly PolicyAttribute[])[]
  readonly attributesFromFile: string | undefined
}

const linesOf = (file: string, text: string): PolicyAttribute[] =>
  text.split('\n').flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return []
    try {
      return [policyPair(line.trim())]
    } catch (error) {
      throw new Error(`error on ${file} line ${index + 1}: ${(error as Error).message}`, { cause: error })
    }
  })

/** All of them, in this order. */
export const policyAttributesOf = async (
  { attribute, attributes, attributesFromFile }: Given,
  context: Context,
): Promise<PolicyAttribute[]> => [
  ...attribute,
  ...attributes.flat(),
  ...(attributesFromFile === undefined
    ? []
    : linesOf(
        attributesFromFile,
        (await context.read(attributesFromFile, { stdin: true })).toString('utf8'),
      )),
]
