// SPDX-License-Identifier: BSD-2-Clause
// What Elastic Load Balancing says when it refuses (engine-iam-elb, part 3 §1), in the words of Eucalyptus 4.4.
import { isAwsClient } from '../aws-clients'
import { refuse } from '../errors'
import type { Tx } from '../operation'

export const accessPointNotFound = (): never =>
  refuse('AccessPointNotFound', 'The specified LoadBalancer could not be found')

/** A change that cannot be: status 409, unlike all others. */
export const invalidConfiguration = (reason: string): never =>
  refuse('InvalidConfigurationRequest', `Requested configuration change is invalid: ${reason}`, 409)

export const duplicateName = (): never =>
  refuse(
    'DuplicateAccessPointName',
    'LoadBalancer name already exists for this account. Please choose another name.',
  )

export const tooManyBalancers = (): never =>
  refuse('TooManyAccessPoints', 'The quota for the number of LoadBalancers has already been reached.')

export const duplicateListener = (): never => refuse('DuplicateListener', 'A Listener already exists')

export const listenerNotFound = (): never =>
  refuse('ListenerNotFound', 'Load balancer does not have a listener configured at the given port.')

/** Eucalyptus has no code for it, and clients of AWS know AWS'. */
export const unsupportedProtocol = (tx: Tx): never =>
  refuse(
    isAwsClient(tx) ? 'UnsupportedProtocol' : 'InternalFailure',
    'The requested protocol is not supported',
    400,
  )

export const certificateNotFound = (): never =>
  refuse(
    'CertificateNotFoundException',
    'The specified SSL ID does not refer to a valid SSL certificate in the AWS Identity and Access Management Service.',
  )

export const invalidEndPoint = (): never =>
  refuse('InvalidEndPoint', 'The specified EndPoint (instance) is not valid')

export const duplicatePolicyName = (): never =>
  refuse(
    'DuplicatePolicyName',
    'Policy with the same name exists for this load balancer. Please choose another name.',
  )

export const policyNotFound = (): never =>
  refuse('PolicyNotFound', 'One or more specified policies were not found.')

export const policyTypeNotFound = (): never =>
  refuse('PolicyTypeNotFound', 'One or more of the specified policy types do not exist.')

export const tooManyPolicies = (): never =>
  refuse('TooManyPolicies', 'The quota for the number of policies for this load balancer has been reached.')

export const subnetNotFound = (): never => refuse('SubnetNotFound', 'Invalid subnet(s)')

export const invalidSecurityGroup = (): never => refuse('InvalidSecurityGroup', 'Invalid security group(s)')

/** Refuse a number that is out of its range, as AWS says it. The path begins in lower case: `pageSize`. */
export const checkRange = (path: string, value: number | undefined, least: number, most: number): void => {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return
  const bound = value < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`
  refuse(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: ` +
      `Member must have value ${bound}`,
  )
}
