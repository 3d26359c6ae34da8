// SPDX-License-Identifier: BSD-2-Clause
// What Elastic Load Balancing says when it refuses (engine-iam-elb, part 3 §1).
import { refuse } from '../errors'

export const accessPointNotFound = (): never =>
  refuse('AccessPointNotFound', 'The specified LoadBalancer could not be found')

/** A change that cannot be: status 409, unlike all others. */
export const invalidConfiguration = (reason: string): never =>
  refuse('InvalidConfigurationRequest', `Requested configuration change is invalid: ${reason}`, 409)
