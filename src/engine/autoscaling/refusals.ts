// SPDX-License-Identifier: BSD-2-Clause
// Auto Scaling's few codes (engine-autoscaling §1).
import { refuse } from '../errors'

/** A value that is bad or missing, or the name of something that is not there. */
export const invalid = (message: string): never => refuse('ValidationError', message)

/** Something that is named is not there. */
export const missing = invalid

export const unknownGroup = (name: string | undefined): never =>
  invalid(`Auto scaling group not found: ${name ?? ''}`)

export const unknownConfiguration = (name: string | undefined): never =>
  invalid(`Launch configuration not found: ${name ?? ''}`)

export const unknownPolicy = (name: string | undefined): never =>
  invalid(`Scaling policy not found: ${name ?? ''}`)

export const alreadyExists = (): never => refuse('AlreadyExists', 'Resource already exists')

export const inUse = (): never => refuse('ResourceInUse', 'Resource in use')

export const isScaling = (): never => refuse('ScalingActivityInProgress', 'Scaling activity in progress')

export const inCooldown = (): never => refuse('InternalFailure', 'Group is in cooldown', 500)
