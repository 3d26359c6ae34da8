// SPDX-License-Identifier: BSD-2-Clause
// Requests about policies of the load balancer `lb`.
import {
  CreateLoadBalancerPolicyCommand,
  DeleteLoadBalancerPolicyCommand,
  DescribeLoadBalancerPoliciesCommand,
  type PolicyDescription,
  SetLoadBalancerPoliciesForBackendServerCommand,
  SetLoadBalancerPoliciesOfListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import { issueCertificate } from '../../support/certificates'
import type { Clients, Cloud } from '../../support/cloud'
import { balancersOf, haveCertificate, makeBalancer } from './made'

export const types = {
  app: 'AppCookieStickinessPolicyType',
  lb: 'LBCookieStickinessPolicyType',
  ssl: 'SSLNegotiationPolicyType',
  back: 'BackendServerAuthenticationPolicyType',
  proxy: 'ProxyProtocolPolicyType',
  key: 'PublicKeyPolicyType',
}

/** Of a backend. */
export const { certificate } = issueCertificate({ name: 'backend', key: 1 })

export const on = { LoadBalancerName: 'lb' }

/** It has a listener for requests, one for requests over TLS on both sides, and one for connections. */
export const makeBalancerOfThree = async (c: Cloud, alice: Clients): Promise<void> => {
  const SSLCertificateId = haveCertificate(c, alice, 'cert')
  await makeBalancer(alice, 'lb', {
    Listeners: [
      { Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 8888 },
      {
        Protocol: 'HTTPS',
        LoadBalancerPort: 443,
        InstancePort: 8443,
        InstanceProtocol: 'HTTPS',
        SSLCertificateId,
      },
      { Protocol: 'TCP', LoadBalancerPort: 25, InstancePort: 2525 },
    ],
  })
}

export const policyRequests = (alice: Clients) => {
  const create = (
    PolicyName: string,
    PolicyTypeName: string,
    ...attributes: [string, string | undefined][]
  ) =>
    alice.elb().send(
      new CreateLoadBalancerPolicyCommand({
        ...{ ...on, PolicyName, PolicyTypeName },
        PolicyAttributes: attributes.map(([AttributeName, AttributeValue]) => ({
          AttributeName,
          AttributeValue,
        })),
      }),
    )
  const remove = (PolicyName: string) =>
    alice.elb().send(new DeleteLoadBalancerPolicyCommand({ ...on, PolicyName }))
  const ofListener = (LoadBalancerPort: number, ...PolicyNames: string[]) =>
    alice.elb().send(new SetLoadBalancerPoliciesOfListenerCommand({ ...on, LoadBalancerPort, PolicyNames }))
  const ofBackend = (InstancePort: number, ...PolicyNames: string[]) =>
    alice.elb().send(new SetLoadBalancerPoliciesForBackendServerCommand({ ...on, InstancePort, PolicyNames }))
  const shown = async (PolicyNames?: string[], LoadBalancerName?: string) => {
    const input = { ...(LoadBalancerName && { LoadBalancerName }), ...(PolicyNames && { PolicyNames }) }
    return (await alice.elb().send(new DescribeLoadBalancerPoliciesCommand(input))).PolicyDescriptions ?? []
  }
  const attributesOf = ({ PolicyAttributeDescriptions = [] }: PolicyDescription = {}) =>
    Object.fromEntries(PolicyAttributeDescriptions.map(one => [one.AttributeName, one.AttributeValue]))
  const own = async (name: string) => {
    const [policy] = await shown([name], 'lb')
    return { type: policy?.PolicyTypeName, ...attributesOf(policy) }
  }
  const held = async () => {
    const [lb] = await balancersOf(alice, 'lb')
    return [
      ...(lb?.ListenerDescriptions ?? []).map(one => [
        one.Listener?.LoadBalancerPort,
        ...(one.PolicyNames ?? []),
      ]),
      ...(lb?.BackendServerDescriptions ?? []).map(one => [one.InstancePort, ...(one.PolicyNames ?? [])]),
    ]
  }
  return { create, remove, ofListener, ofBackend, shown, attributesOf, own, held }
}
