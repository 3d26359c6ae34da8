// SPDX-License-Identifier: BSD-2-Clause
// Policies, their types, and where they hold.
import {
  CreateAppCookieStickinessPolicy$,
  type CreateAppCookieStickinessPolicyInput,
  CreateLBCookieStickinessPolicy$,
  type CreateLBCookieStickinessPolicyInput,
  CreateLoadBalancerPolicy$,
  type CreateLoadBalancerPolicyInput,
  DeleteLoadBalancerPolicy$,
  type DeleteLoadBalancerPolicyInput,
  DescribeLoadBalancerPolicies$,
  type DescribeLoadBalancerPoliciesInput,
  type DescribeLoadBalancerPoliciesOutput,
  DescribeLoadBalancerPolicyTypes$,
  type DescribeLoadBalancerPolicyTypesInput,
  type DescribeLoadBalancerPolicyTypesOutput,
  type PolicyDescription,
  type PolicyTypeDescription,
  SetLoadBalancerPoliciesForBackendServer$,
  type SetLoadBalancerPoliciesForBackendServerInput,
  SetLoadBalancerPoliciesOfListener$,
  type SetLoadBalancerPoliciesOfListenerInput,
} from '@aws-sdk/client-elastic-load-balancing'
import type { Demand } from '../access'
import { isAwsClient } from '../aws-clients'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { mustBalancer, mustShownBalancer, putBalancer } from './balancers'
import { onBalancer, onShownBalancer } from './permissions'
import { checkForBackend, checkForListener, checkUnused, named, withPolicy } from './policy-checks'
import { type PolicyType, policyTypes, referencePolicies, samplePolicies } from './policy-types'
import { invalidConfiguration, listenerNotFound, policyNotFound } from './refusals'
import type { BalancerPolicy, LoadBalancer } from './schema'

const balancerGiven = (tx: Tx, name: string | undefined): LoadBalancer =>
  mustBalancer(tx, named(name, 'Loadbalancer name'))

// ---- made and deleted --------------------------------------------------------------------------------------------

export const createLoadBalancerPolicy: Operation<CreateLoadBalancerPolicyInput, object> = (tx, input) => {
  const name = named(input.PolicyName, 'policy name')
  const type = named(input.PolicyTypeName, 'policy type name')
  const balancer = balancerGiven(tx, input.LoadBalancerName)
  putBalancer(tx, withPolicy(balancer, name, type, input.PolicyAttributes))
  return {}
}

/** Without a period the cookie is the browser's to keep, as with AWS. */
export const createLBCookieStickinessPolicy: Operation<CreateLBCookieStickinessPolicyInput, object> = (
  tx,
  { LoadBalancerName, PolicyName, CookieExpirationPeriod: period },
) => {
  const name = named(PolicyName, 'Policy name')
  if (period !== undefined && !(period > 0)) invalidConfiguration('Expiration period must be bigger than 0')
  const balancer = balancerGiven(tx, LoadBalancerName)
  const attributes =
    period === undefined ? [] : [{ AttributeName: 'CookieExpirationPeriod', AttributeValue: String(period) }]
  putBalancer(tx, withPolicy(balancer, name, 'LBCookieStickinessPolicyType', attributes))
  return {}
}

export const createAppCookieStickinessPolicy: Operation<CreateAppCookieStickinessPolicyInput, object> = (
  tx,
  { LoadBalancerName, PolicyName, CookieName },
) => {
  const name = named(PolicyName, 'Policy name')
  const cookie = named(CookieName, 'Cookie name')
  const balancer = balancerGiven(tx, LoadBalancerName)
  const attributes = [{ AttributeName: 'CookieName', AttributeValue: cookie }]
  putBalancer(tx, withPolicy(balancer, name, 'AppCookieStickinessPolicyType', attributes))
  return {}
}

/** One that is not there is gone already. */
export const deleteLoadBalancerPolicy: Operation<DeleteLoadBalancerPolicyInput, object> = (tx, input) => {
  const name = named(input.PolicyName, 'policy name')
  const balancer = balancerGiven(tx, input.LoadBalancerName)
  checkUnused(balancer, name)
  const policies = balancer.policies.filter(policy => policy.name !== name)
  if (policies.length < balancer.policies.length) putBalancer(tx, { ...balancer, policies })
  return {}
}

// ---- where they hold ---------------------------------------------------------------------------------------------

/** AWS' own policies need not be made before they are set. */
const withReference = (balancer: LoadBalancer, name: string): LoadBalancer => {
  if (!Object.hasOwn(referencePolicies, name) || balancer.policies.some(policy => policy.name === name)) {
    return balancer
  }
  const attributes = [{ AttributeName: 'Reference-Security-Policy', AttributeValue: name }]
  return withPolicy(balancer, name, 'SSLNegotiationPolicyType', attributes)
}

const policiesGiven = (balancer: LoadBalancer, names: readonly string[]): readonly BalancerPolicy[] =>
  names.map(name => balancer.policies.find(policy => policy.name === name) ?? policyNotFound())

const checkPort = (port: number): void => {
  if (port < 0 || port > 65535) invalidConfiguration('Invalid port number specified')
}

/** All that the listener has from now on; none, with an empty list. */
export const setLoadBalancerPoliciesOfListener: Operation<SetLoadBalancerPoliciesOfListenerInput, object> = (
  tx,
  { LoadBalancerName, LoadBalancerPort: port = 0, PolicyNames },
) => {
  checkPort(port)
  const policyNames = [...new Set(PolicyNames ?? [])]
  const balancer = policyNames.reduce(withReference, balancerGiven(tx, LoadBalancerName))
  const listener = balancer.listeners.find(one => one.port === port) ?? listenerNotFound()
  checkForListener(listener, policiesGiven(balancer, policyNames))
  const listeners = balancer.listeners.map(one => (one === listener ? { ...one, policyNames } : one))
  putBalancer(tx, { ...balancer, listeners })
  return {}
}

/** All that the instances' port has from now on; none, with an empty list. */
export const setLoadBalancerPoliciesForBackendServer: Operation<
  SetLoadBalancerPoliciesForBackendServerInput,
  object
> = (tx, { LoadBalancerName, InstancePort: instancePort = 0, PolicyNames }) => {
  checkPort(instancePort)
  const policyNames = [...new Set(PolicyNames ?? [])]
  const balancer = balancerGiven(tx, LoadBalancerName)
  checkForBackend(balancer, instancePort, policiesGiven(balancer, policyNames))
  const others = balancer.backendPolicies.filter(one => one.instancePort !== instancePort)
  const own = policyNames.length > 0 ? [{ instancePort, policyNames }] : []
  const backendPolicies = [...others, ...own].sort((a, b) => a.instancePort - b.instancePort)
  putBalancer(tx, { ...balancer, backendPolicies })
  return {}
}

// ---- shown -------------------------------------------------------------------------------------------------------

/** One that refers to another shows what that sets, too. */
const policyView = ({ name, typeName, attributes }: BalancerPolicy): PolicyDescription => {
  const reference = attributes.find(one => one.name === 'Reference-Security-Policy')
  const all = [...attributes, ...(referencePolicies[reference?.value ?? ''] ?? [])]
  return {
    PolicyName: name,
    PolicyTypeName: typeName,
    PolicyAttributeDescriptions: all.map(one => ({ AttributeName: one.name, AttributeValue: one.value })),
  }
}

/**
 * Without a load balancer, what there is for all of them. Names that nothing has are left out, as in Eucalyptus, or refused to
 * clients of AWS.
 */
export const describeLoadBalancerPolicies: Operation<
  DescribeLoadBalancerPoliciesInput,
  DescribeLoadBalancerPoliciesOutput
> = (tx, { LoadBalancerName, PolicyNames = [] }) => {
  const policies = LoadBalancerName ? mustShownBalancer(tx, LoadBalancerName).policies : samplePolicies
  const isThere = (wanted: string) => policies.some(({ name }) => name === wanted)
  if (isAwsClient(tx) && !PolicyNames.every(isThere)) policyNotFound()
  return {
    PolicyDescriptions: policies
      .filter(({ name }) => PolicyNames.length === 0 || PolicyNames.includes(name))
      .map(policyView),
  }
}

const typeView = ({ name, description, attributes }: PolicyType): PolicyTypeDescription => ({
  PolicyTypeName: name,
  Description: description,
  PolicyAttributeTypeDescriptions: attributes.map(attribute => ({
    AttributeName: attribute.name,
    AttributeType: attribute.type,
    ...(attribute.description !== undefined && { Description: attribute.description }),
    Cardinality: attribute.cardinality,
  })),
})

export const describeLoadBalancerPolicyTypes: Operation<
  DescribeLoadBalancerPolicyTypesInput,
  DescribeLoadBalancerPolicyTypesOutput
> = (_tx, { PolicyTypeNames = [] }) => {
  const wanted = policyTypes.filter(
    ({ name }) => PolicyTypeNames.length === 0 || PolicyTypeNames.includes(name),
  )
  return { PolicyTypeDescriptions: wanted.map(typeView) }
}

/** What is there for everybody belongs to no balancer. */
const onShownPolicies = (tx: Tx, input: DescribeLoadBalancerPoliciesInput): readonly Demand[] => {
  if (input.LoadBalancerName) return onShownBalancer(tx, input)
  tx.authorizeList()
  return []
}

export const policyOperations: Readonly<Record<string, OperationEntry>> = {
  CreateLoadBalancerPolicy: operation(CreateLoadBalancerPolicy$, createLoadBalancerPolicy, {
    access: onBalancer,
  }),
  CreateLBCookieStickinessPolicy: operation(CreateLBCookieStickinessPolicy$, createLBCookieStickinessPolicy, {
    access: onBalancer,
  }),
  CreateAppCookieStickinessPolicy: operation(
    CreateAppCookieStickinessPolicy$,
    createAppCookieStickinessPolicy,
    { access: onBalancer },
  ),
  DeleteLoadBalancerPolicy: operation(DeleteLoadBalancerPolicy$, deleteLoadBalancerPolicy, {
    access: onBalancer,
  }),
  SetLoadBalancerPoliciesOfListener: operation(
    SetLoadBalancerPoliciesOfListener$,
    setLoadBalancerPoliciesOfListener,
    { access: onBalancer },
  ),
  SetLoadBalancerPoliciesForBackendServer: operation(
    SetLoadBalancerPoliciesForBackendServer$,
    setLoadBalancerPoliciesForBackendServer,
    { access: onBalancer },
  ),
  DescribeLoadBalancerPolicies: operation(DescribeLoadBalancerPolicies$, describeLoadBalancerPolicies, {
    access: onShownPolicies,
  }),
  DescribeLoadBalancerPolicyTypes: operation(
    DescribeLoadBalancerPolicyTypes$,
    describeLoadBalancerPolicyTypes,
    { access: 'list' },
  ),
}
