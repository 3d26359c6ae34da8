// SPDX-License-Identifier: BSD-2-Clause
// What a load balancer's policies mean for its listeners and for the ports of its instances.
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { cipherNames } from './ciphers'
import type { PlannedBackend, PlannedListener } from './plan'
import { newestReferencePolicy, referencePolicies } from './policy-types'
import type { BalancerPolicy, Listener, LoadBalancer } from './schema'

type Attributes = BalancerPolicy['attributes']

const policiesNamed = (
  { policies }: Pick<LoadBalancer, 'policies'>,
  names: readonly string[],
): readonly BalancerPolicy[] => policies.filter(({ name }) => names.includes(name))

const valueIn = ({ attributes }: BalancerPolicy, name: string): string | undefined =>
  attributes.find(one => one.name === name)?.value

const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === 'true'

// ---- TLS ---------------------------------------------------------------------------------------------------------

// SSL 2 is spoken by nobody any more, whatever a policy says.
const spoken: Readonly<Record<string, string>> = {
  'Protocol-SSLv3': 'SSLv3',
  'Protocol-TLSv1': 'TLSv1.0',
  'Protocol-TLSv1.1': 'TLSv1.1',
  'Protocol-TLSv1.2': 'TLSv1.2',
}

const ciphers = new Set(cipherNames)

const chosen = (attributes: Attributes, isOne: (name: string) => boolean): readonly string[] =>
  attributes.filter(({ name, value }) => isOne(name) && isTrue(value)).map(({ name }) => name)

const negotiation = (attributes: Attributes) => ({
  protocols: Object.keys(spoken)
    .filter(name => chosen(attributes, one => one === name).length > 0)
    .map(name => spoken[name] ?? ''),
  ciphers: chosen(attributes, name => ciphers.has(name)),
  isServersOrder: isTrue(attributes.find(({ name }) => name === 'Server-Defined-Cipher-Order')?.value),
})

/** A policy that names no protocol, or no cipher, leaves that as the newest one of AWS' has it. */
export const tlsOf = (balancer: LoadBalancer, listener: Listener): NonNullable<PlannedListener['tls']> => {
  const newest = negotiation(referencePolicies[newestReferencePolicy] ?? [])
  const policy = policiesNamed(balancer, listener.policyNames).find(
    ({ typeName }) => typeName === 'SSLNegotiationPolicyType',
  )
  if (!policy) return newest
  const reference = referencePolicies[valueIn(policy, 'Reference-Security-Policy') ?? '']
  const own = negotiation(reference ?? policy.attributes)
  return {
    protocols: own.protocols.length > 0 ? own.protocols : newest.protocols,
    ciphers: own.ciphers.length > 0 ? own.ciphers : newest.ciphers,
    isServersOrder: own.isServersOrder,
  }
}

// ---- stickiness --------------------------------------------------------------------------------------------------

export const stickinessOf = (
  balancer: LoadBalancer,
  listener: Listener,
): PlannedListener['stickiness'] | undefined => {
  for (const policy of policiesNamed(balancer, listener.policyNames)) {
    if (policy.typeName === 'AppCookieStickinessPolicyType') {
      return { kind: 'application', cookie: valueIn(policy, 'CookieName') ?? '' }
    }
    if (policy.typeName === 'LBCookieStickinessPolicyType') {
      const seconds = Number(valueIn(policy, 'CookieExpirationPeriod') ?? 0)
      return { kind: 'balancer', ...(seconds > 0 && { seconds }) }
    }
  }
  return undefined
}

// ---- what is asked of instances ----------------------------------------------------------------------------------

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()

const armoured = (text: string, label: string): string =>
  text.includes('-----BEGIN') ? text : `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----\n`

const reading = (read: () => KeyObject): string | undefined => {
  try {
    return pemOf(read())
  } catch {
    return undefined
  }
}

/**
 * The public key that a policy holds, as PEM: AWS takes the key's base64, without the lines around it, and Eucalyptus a
 * certificate. Undefined for what is neither.
 */
export const publicKeyOf = (value: string): string | undefined => {
  const text = value.trim()
  return (
    reading(() => new X509Certificate(armoured(text, 'CERTIFICATE')).publicKey) ??
    reading(() => createPublicKey(armoured(text, 'PUBLIC KEY')))
  )
}

const keysOf = (balancer: LoadBalancer, policy: BalancerPolicy): readonly string[] => {
  const names = policy.attributes.filter(({ name }) => name === 'PublicKeyPolicyName')
  return policiesNamed(
    balancer,
    names.map(({ value }) => value),
  ).flatMap(one => publicKeyOf(valueIn(one, 'PublicKey') ?? '') ?? [])
}

/** One for each port of instances that a listener goes to. */
export const backendsOf = (balancer: LoadBalancer): readonly PlannedBackend[] =>
  [...new Set(balancer.listeners.map(({ instancePort }) => instancePort))].map(instancePort => {
    const names = balancer.backendPolicies.find(one => one.instancePort === instancePort)?.policyNames ?? []
    const policies = policiesNamed(balancer, names)
    return {
      instancePort,
      proxyProtocol: policies.some(
        one => one.typeName === 'ProxyProtocolPolicyType' && isTrue(valueIn(one, 'ProxyProtocol')),
      ),
      publicKeys: policies
        .filter(({ typeName }) => typeName === 'BackendServerAuthenticationPolicyType')
        .flatMap(policy => keysOf(balancer, policy)),
    }
  })
