// SPDX-License-Identifier: BSD-2-Clause
// Types of policies with their attributes, and the policies that are there without anybody having made them
// (engine-iam-elb, part 3 §5).
import { cipherNames, references } from './ciphers'
import type { BalancerPolicy } from './schema'

type Attribute = BalancerPolicy['attributes'][number]

export interface AttributeType {
  readonly name: string
  readonly type: 'String' | 'Long' | 'Boolean' | 'PolicyName'
  readonly cardinality: 'ONE' | 'ZERO_OR_ONE' | 'ONE_OR_MORE'
  readonly description?: string
}

export interface PolicyType {
  readonly name: string
  readonly description: string
  readonly attributes: readonly AttributeType[]
}

const onlyFor = 'This policy can be associated only with'

const described = (name: string): AttributeType => ({
  name,
  type: 'Boolean',
  cardinality: 'ZERO_OR_ONE',
  description: `A description for ${name}`,
})

const option = (name: string): AttributeType => ({ name, type: 'Boolean', cardinality: 'ZERO_OR_ONE' })

const negotiationAttributes: readonly AttributeType[] = [
  ...['Protocol-SSLv2', 'Protocol-TLSv1', 'Protocol-SSLv3'].map(option),
  ...['Protocol-TLSv1.1', 'Protocol-TLSv1.2'].map(described),
  {
    name: 'Reference-Security-Policy',
    type: 'String',
    cardinality: 'ZERO_OR_ONE',
    description:
      'The value of this attribute is the name of our sample policy (referring to our sample policy',
  },
  {
    name: 'Server-Defined-Cipher-Order',
    type: 'Boolean',
    cardinality: 'ZERO_OR_ONE',
    description: 'The value true means the policy will follow the cipher order',
  },
  ...cipherNames.map(described),
]

export const policyTypes: readonly PolicyType[] = [
  {
    name: 'AppCookieStickinessPolicyType',
    description: `Stickiness policy with session lifetimes controlled by the lifetime of the application-generated cookie. ${onlyFor} HTTP/HTTPS listeners.`,
    attributes: [{ name: 'CookieName', type: 'String', cardinality: 'ONE' }],
  },
  {
    name: 'LBCookieStickinessPolicyType',
    description: `Stickiness policy with session lifetimes controlled by the browser (user-agent) or a specified expiration period. ${onlyFor} HTTP/HTTPS listeners.`,
    attributes: [{ name: 'CookieExpirationPeriod', type: 'Long', cardinality: 'ZERO_OR_ONE' }],
  },
  {
    name: 'SSLNegotiationPolicyType',
    description: `Listener policy that defines the ciphers and protocols that will be accepted by the load balancer. ${onlyFor} HTTPS/SSL listeners.`,
    attributes: negotiationAttributes,
  },
  {
    name: 'BackendServerAuthenticationPolicyType',
    description: `Policy that controls authentication to back-end server(s) and contains one or more policies, such as an instance of a PublicKeyPolicyType. ${onlyFor} back-end servers that are using HTTPS/SSL.`,
    attributes: [{ name: 'PublicKeyPolicyName', type: 'PolicyName', cardinality: 'ONE_OR_MORE' }],
  },
  {
    name: 'ProxyProtocolPolicyType',
    description:
      'Policy that controls whether to include the IP address and port of the originating request for TCP messages. This policy operates on TCP/SSL listeners only',
    attributes: [{ name: 'ProxyProtocol', type: 'Boolean', cardinality: 'ONE' }],
  },
  {
    name: 'PublicKeyPolicyType',
    description:
      'Policy containing a list of public keys to accept when authenticating the back-end server(s). This policy cannot be applied directly to back-end servers or listeners but must be part of a BackendServerAuthenticationPolicyType.',
    attributes: [{ name: 'PublicKey', type: 'String', cardinality: 'ONE' }],
  },
]

export const policyTypeNamed = (name: string): PolicyType | undefined =>
  policyTypes.find(type => type.name === name)

// ---- policies that are there ---------------------------------------------------------------------------------------

const isAmong = (names: readonly string[], name: string): string => String(names.includes(name))

/** Attributes of AWS' security policies, by their names: all that there are, with what they are set to. */
export const referencePolicies: Readonly<Record<string, readonly Attribute[]>> = Object.fromEntries(
  references.map(({ name, protocols, ciphers, isServersOrder = false, namesSsl2 }) => [
    name,
    [
      ...['SSLv2', 'TLSv1', 'SSLv3', 'TLSv1.1', 'TLSv1.2']
        .filter(protocol => protocol !== 'SSLv2' || namesSsl2)
        .map(protocol => ({ name: `Protocol-${protocol}`, value: isAmong(protocols, protocol) })),
      { name: 'Server-Defined-Cipher-Order', value: String(isServersOrder) },
      ...cipherNames.map(cipher => ({ name: cipher, value: isAmong(ciphers, cipher) })),
    ],
  ]),
)

/** What new listeners get that speak TLS. AWS' later ones, without older protocols, are for who asks for them. */
export const newestReferencePolicy = 'ELBSecurityPolicy-2016-08'

/** What is shown to whoever names no load balancer. */
export const samplePolicies: readonly BalancerPolicy[] = [
  {
    name: 'ELBSample-AppCookieStickinessPolicy',
    typeName: 'AppCookieStickinessPolicyType',
    attributes: [{ name: 'CookieName', value: 'ELBSampleCookie' }],
  },
  {
    name: 'ELBSample-LBCookieStickinessPolicy',
    typeName: 'LBCookieStickinessPolicyType',
    attributes: [{ name: 'CookieExpirationPeriod', value: '100' }],
  },
  ...Object.entries(referencePolicies).map(([name, attributes]) => ({
    name,
    typeName: 'SSLNegotiationPolicyType',
    attributes,
  })),
]
