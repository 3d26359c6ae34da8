// SPDX-License-Identifier: BSD-2-Clause
// What requests on networks are refused for, whichever operation it is.
import { refuse } from '../../errors'
import { type Block, blockOf, blockText } from '../cidr'
import { type NetworkKind, wordOf } from './kinds'

/** A block as a request writes it, in its canonical form: bits behind the mask are cleared, as AWS does. */
export const requestedBlock = (
  text: string | undefined,
  parameter: string,
): { block: Block; cidr: string } => {
  if (!text) return refuse('MissingParameter', `The request must contain the parameter ${parameter}`)
  const block = blockOf(text)
  return block
    ? { block, cidr: blockText(block) }
    : refuse(
        'InvalidParameterValue',
        `Value (${text}) for parameter ${parameter} is invalid. This is not a valid CIDR block.`,
      )
}

/** The blocks that a VPC and a subnet may have, by their mask. */
export const isOfNetworkSize = ({ bits }: Block): boolean => bits >= 16 && bits <= 28

/** Something else needs it, so it stays. */
export const refuseDependency = (kind: NetworkKind, id: string): never =>
  refuse('DependencyViolation', `The ${wordOf(kind)} '${id}' has dependencies and cannot be deleted.`)

/** Whether it is more than nothing: a list with something in it, a switch that is on. */
const isWish = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length > 0
  const { Value: inner = value } = (value ?? {}) as { readonly Value?: unknown }
  return inner !== undefined && inner !== false
}

export const noIpv6 = 'Networks have no IPv6 addresses in this cloud.'
export const noPrefixes = 'Interfaces have single addresses in this cloud, no prefixes.'

/** What is asked for and cannot be had is refused, as a thing without it would be another thing. */
export const refuseGiven = (input: object, why: Readonly<Record<string, string>>): void => {
  for (const [member, sentence] of Object.entries(why)) {
    const value = (input as Readonly<Record<string, unknown>>)[member]
    if (isWish(value)) refuse('UnsupportedOperation', sentence)
  }
}
