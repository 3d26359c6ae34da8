// SPDX-License-Identifier: BSD-2-Clause
// What CloudFormation says when it refuses (engine-cloudformation-cloudwatch, part 1 §1).
import type { Denial } from '../access'
import { refuse } from '../errors'

/** Every fault of a template or an argument. */
export const invalid = (message: string): never => refuse('ValidationError', message)

/** A stack of this name or id is not there, or not the caller's. */
export const noStack = (name: string): never => invalid(`Stack ${name} does not exist`)

export const stackExists = (): never => refuse('AlreadyExists', 'Stack already exists')

export const lackingCapabilities = (lacking: readonly string[]): never =>
  refuse('InsufficientCapabilities', `Required capabilities:[${lacking.join(', ')}]`)

/** Whoever has no right to the action at all is told so in other words than who has none to this stack. */
export const deniedByCloudFormation: Denial = (_tx, { resource }) =>
  refuse(
    'AccessDenied',
    resource === '*' ? 'You are not authorized to perform this operation.' : 'Not authorized.',
    403,
  )
