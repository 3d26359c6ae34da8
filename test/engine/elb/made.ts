// SPDX-License-Identifier: BSD-2-Clause
// Load balancers for tests.
import assert from 'node:assert/strict'
import {
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  DescribeLoadBalancersCommand,
  type LoadBalancerDescription,
} from '@aws-sdk/client-elastic-load-balancing'
import type { Clients, Cloud } from '../../support/cloud'

export const http = { Protocol: 'HTTP', LoadBalancerPort: 80, InstanceProtocol: 'HTTP', InstancePort: 8888 }

/** A balancer in one zone with one listener, if nothing else is said. Its name in the DNS. */
export const makeBalancer = async (
  who: Clients,
  name: string,
  input: Partial<CreateLoadBalancerCommandInput> = {},
): Promise<string> => {
  const { DNSName = '' } = await who.elb().send(
    new CreateLoadBalancerCommand({
      ...{ LoadBalancerName: name, Listeners: [http], AvailabilityZones: ['PARTI00'], ...input },
    }),
  )
  return DNSName
}

/** All that an account is shown of its balancers, or of one. */
export const balancersOf = async (
  who: Clients,
  ...names: readonly string[]
): Promise<readonly LoadBalancerDescription[]> => {
  const { LoadBalancerDescriptions = [] } = await who
    .elb()
    .send(new DescribeLoadBalancersCommand({ LoadBalancerNames: [...names] }))
  return LoadBalancerDescriptions
}

/** A server certificate of an account, which no client would trust. Its ARN. */
export const haveCertificate = (c: Cloud, who: Clients, name: string, path = '/'): string => {
  c.engine.write(tx =>
    tx.serverCertificates.in(who.accountId).put({
      ...{ account: who.accountId, name, path, id: `ASC${name}`, createdAt: tx.now, expiresAt: tx.now },
      ...{ body: 'certificate', privateKey: 'key' },
    }),
  )
  return `arn:aws:iam::${who.accountId}:server-certificate${path}${name}`
}

/** The call is refused with this code; with status 409 and the prefix of that code's messages where it is the usual one. */
export const refused = async (
  call: Promise<unknown>,
  code: string,
  message?: string | RegExp,
  status = 400,
): Promise<void> => {
  await assert.rejects(call, (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
    assert.equal(error.name.replace(/Exception$/, ''), code.replace(/Exception$/, ''), error.message)
    assert.equal(error.$metadata?.httpStatusCode, status)
    if (typeof message === 'string') assert.equal(error.message, message)
    else if (message) assert.match(error.message, message)
    return true
  })
}

/** A change that cannot be, for this reason. */
export const invalid = (call: Promise<unknown>, reason: string): Promise<void> =>
  refused(call, 'InvalidConfigurationRequest', `Requested configuration change is invalid: ${reason}`, 409)

export const unknownBalancer = (call: Promise<unknown>): Promise<void> =>
  refused(call, 'AccessPointNotFound', 'The specified LoadBalancer could not be found')
