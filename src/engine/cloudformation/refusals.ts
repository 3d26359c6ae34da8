// SPDX-License-Identifier: BSD-2-Clause
// What CloudFormation says when it refuses (engine-cloudformation-cloudwatch, part 1 §1).
import type { Denial } from '../access'
import { isAwsClient } from '../aws-clients'
import { refuse } from '../errors'
import type { Tx } from '../operation'

/** Every fault of a template or an argument. */
export const invalid = (message: string): never => refuse('ValidationError', message)

/** A stack of this name or id is not there, or not the caller's. */
export const noStack = (name: string): never => invalid(`Stack ${name} does not exist`)

/** Codes of Eucalyptus lack what AWS' end in, which its SDKs know alone. */
const asClientsKnow = (tx: Tx, code: string): string => (isAwsClient(tx) ? `${code}Exception` : code)

export const stackExists = (tx: Tx): never =>
  refuse(asClientsKnow(tx, 'AlreadyExists'), 'Stack already exists')

export const lackingCapabilities = (tx: Tx, lacking: readonly string[]): never =>
  refuse(asClientsKnow(tx, 'InsufficientCapabilities'), `Required capabilities:[${lacking.join(', ')}]`)

/** Whoever has no right to the action at all is told so in other words than who has none to this stack. */
export const deniedByCloudFormation: Denial = (_tx, { resource }) =>
  refuse(
    'AccessDenied',
    resource === '*' ? 'You are not authorized to perform this operation.' : 'Not authorized.',
    403,
  )
