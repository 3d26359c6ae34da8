// SPDX-License-Identifier: BSD-2-Clause
// Policies of load balancers as requests state them, checked (engine-iam-elb, part 3 §5).
import type { PolicyAttribute } from '@aws-sdk/client-elastic-load-balancing'
import { publicKeyOf } from './plan-policies'
import { type AttributeType, type PolicyType, policyTypeNamed, referencePolicies } from './policy-types'
import { isHttp, isTls } from './protocols'
import {
  duplicatePolicyName,
  invalidConfiguration,
  policyNotFound,
  policyTypeNotFound,
  tooManyPolicies,
} from './refusals'
import type { BalancerPolicy, Listener, LoadBalancer } from './schema'

type Attribute = BalancerPolicy['attributes'][number]

// AWS' limit for a balancer.
const mostPolicies = 100

/** What a request must name, in Eucalyptus' words. */
export const named = (value: string | undefined, what: string): string =>
  value || invalidConfiguration(`${what} must be specified`)

const checkName = (name: string): void => {
  if (!/^[A-Za-z0-9-]{1,128}$/.test(name)) invalidConfiguration('Invalid character found in the policy name')
}

// ---- attributes --------------------------------------------------------------------------------------------------

// Seconds: a little more than a century.
const isPeriod = (text: string): boolean => /^[1-9]\d{0,9}$/.test(text) && Number(text) <= 4_294_967_295

/** A token of HTTP; longer than browsers keep is of no use. */
const isCookieName = (text: string): boolean => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,255}$/.test(text)

const isValid: Readonly<Record<AttributeType['type'], (text: string) => boolean>> = {
  Boolean: text => /^(?:true|false)$/i.test(text),
  Long: isPeriod,
  PolicyName: () => true,
  String: () => true,
}

// A key of any use is much shorter.
const longestValue = 16_384

const checkValue = ({ policies }: LoadBalancer, { name, type }: AttributeType, value: string): void => {
  if (!isValid[type](value)) invalidConfiguration(`Attribute value ${value} is not valid`)
  if (name === 'CookieName' && !isCookieName(value))
    invalidConfiguration(`Attribute value ${value} is not valid`)
  if (name === 'PublicKey' && (value.length > longestValue || publicKeyOf(value) === undefined))
    invalidConfiguration('PublicKey is invalid')
  if (type !== 'PolicyName') return
  const other = policies.find(policy => policy.name === value)
  if (other?.typeName !== 'PublicKeyPolicyType') policyNotFound()
}

const checkAttributes = (
  balancer: LoadBalancer,
  { attributes: types }: PolicyType,
  given: readonly Attribute[],
): void => {
  for (const { name, cardinality } of types) {
    if (cardinality !== 'ZERO_OR_ONE' && !given.some(one => one.name === name)) {
      invalidConfiguration(`There is no attribute ${name} found (Cardinality: ${cardinality})`)
    }
  }
  const seen = new Set<string>()
  for (const { name, value } of given) {
    const type =
      types.find(one => one.name === name) ??
      invalidConfiguration(`Attribute ${name} is not defined in the policy type`)
    checkValue(balancer, type, value)
    if (seen.has(name) && type.cardinality !== 'ONE_OR_MORE') {
      invalidConfiguration(`More than one attribute(${name}) is found (Cardinality: ${type.cardinality})`)
    }
    seen.add(name)
  }
}

/** One that refers to a policy of AWS' is that one, whatever else it says. */
const withReference = (given: readonly Attribute[]): readonly Attribute[] => {
  const reference = given.find(({ name }) => name === 'Reference-Security-Policy')
  if (!reference) return given
  if (!Object.hasOwn(referencePolicies, reference.value)) {
    invalidConfiguration(`Referenced security policy ${reference.value} is not found`)
  }
  return [reference]
}

// ---- a new policy ------------------------------------------------------------------------------------------------

/** The balancer with one more policy, not yet written. */
export const withPolicy = (
  balancer: LoadBalancer,
  name: string,
  typeName: string,
  asked: readonly PolicyAttribute[] | undefined,
): LoadBalancer => {
  checkName(name)
  if (balancer.policies.some(policy => policy.name === name)) duplicatePolicyName()
  const type = policyTypeNamed(typeName) ?? policyTypeNotFound()
  const given = (asked ?? []).flatMap(({ AttributeName = '', AttributeValue }) =>
    AttributeValue === undefined ? [] : [{ name: AttributeName, value: AttributeValue }],
  )
  const attributes = type.name === 'SSLNegotiationPolicyType' ? withReference(given) : given
  checkAttributes(balancer, type, attributes)
  if (balancer.policies.length >= mostPolicies) tooManyPolicies()
  return { ...balancer, policies: [...balancer.policies, { name, typeName: type.name, attributes }] }
}

// ---- where policies hold -----------------------------------------------------------------------------------------

const stickiness: readonly string[] = ['LBCookieStickinessPolicyType', 'AppCookieStickinessPolicyType']
const ofListeners: readonly string[] = [...stickiness, 'SSLNegotiationPolicyType']

/** Refuse policies that cannot hold for a listener, or not all at once. */
export const checkForListener = ({ protocol }: Listener, policies: readonly BalancerPolicy[]): void => {
  for (const { typeName } of policies) {
    if (!ofListeners.includes(typeName)) invalidConfiguration(`${typeName} cannot be set to listeners`)
  }
  const types = policies.map(({ typeName }) => typeName)
  const cookies = types.filter(type => stickiness.includes(type))
  if (cookies.length > 0 && !isHttp(protocol)) {
    invalidConfiguration('Session stickiness policy can be associated with only HTTP/HTTPS')
  }
  if (cookies.length > 1) invalidConfiguration('Only one cookie stickiness policy can be set')
  const negotiations = types.filter(type => type === 'SSLNegotiationPolicyType')
  if (negotiations.length > 0 && !isTls(protocol)) {
    invalidConfiguration('SSL negotiation policy can be associated with only HTTPS/SSL')
  }
  if (negotiations.length > 1) invalidConfiguration('Only one SSL negotiation policy can be set')
}

const authentication = 'BackendServerAuthenticationPolicyType'
const proxying = 'ProxyProtocolPolicyType'

/** Refuse policies that cannot hold for a port of instances. */
export const checkForBackend = (
  { listeners }: LoadBalancer,
  instancePort: number,
  policies: readonly BalancerPolicy[],
): void => {
  const types = policies.map(({ typeName }) => typeName)
  if (!types.every(type => type === authentication || type === proxying)) {
    invalidConfiguration(`Only ${authentication} and ${proxying} can be set to backend server`)
  }
  const used = listeners.filter(listener => listener.instancePort === instancePort)
  if (used.length === 0)
    invalidConfiguration('Listener with the specified backend instance port is not found')
  if (types.includes(authentication) && !used.every(one => isTls(one.instanceProtocol))) {
    invalidConfiguration(`Policies of ${authentication} can be set to only HTTPS/SSL instance protocol`)
  }
  if (types.includes(proxying) && used.some(one => isHttp(one.instanceProtocol))) {
    invalidConfiguration(`Policies of ${proxying} can be set to only TCP/SSL instance protocol`)
  }
}

const isKeyOf = (policies: readonly BalancerPolicy[], key: string, holder: string): boolean =>
  policies.some(
    ({ name, attributes }) =>
      name === holder && attributes.some(one => one.name === 'PublicKeyPolicyName' && one.value === key),
  )

/** Refuse when a policy holds somewhere, or a policy that does has it for a key. */
export const checkUnused = ({ listeners, backendPolicies, policies }: LoadBalancer, name: string): void => {
  if (listeners.some(({ policyNames }) => policyNames.includes(name)))
    invalidConfiguration('The policy is enabled for listeners')
  const holders = backendPolicies.flatMap(({ policyNames }) => policyNames)
  if (holders.some(holder => holder === name || isKeyOf(policies, name, holder)))
    invalidConfiguration('The policy is enabled for backend servers')
}
