// SPDX-License-Identifier: BSD-2-Clause
// Listeners and policies of a load balancer. Policies of all three properties share their names; listeners name policies, and
// policies name ports, of listeners and of instances.
import type { BalancerValues } from './balancer-properties'
import { ResourceFailure, type Work } from './contracts'
import { services } from './services'

export const balancerCall = (work: Work, operation: string, name: string, input: object): void => {
  work.call(services.elb, operation, { LoadBalancerName: name, ...input })
}

interface Making {
  readonly operation: string
  readonly input: object
}

/** How each policy is made, by its name. */
const policiesOf = (values: BalancerValues): ReadonlyMap<string, Making> =>
  new Map<string, Making>([
    ...(values.Policies ?? []).map(({ PolicyName, PolicyType, Attributes = [] }): [string, Making] => [
      PolicyName,
      {
        operation: 'CreateLoadBalancerPolicy',
        input: {
          PolicyName,
          PolicyTypeName: PolicyType,
          PolicyAttributes: Attributes.map(({ Name, Value }) => ({
            AttributeName: Name,
            AttributeValue: Value,
          })),
        },
      },
    ]),
    ...(values.AppCookieStickinessPolicy ?? []).map((input): [string, Making] => [
      input.PolicyName,
      { operation: 'CreateAppCookieStickinessPolicy', input },
    ]),
    ...(values.LBCookieStickinessPolicy ?? []).map((input): [string, Making] => [
      input.PolicyName,
      { operation: 'CreateLBCookieStickinessPolicy', input },
    ]),
  ])

type Ports = ReadonlyMap<number, readonly string[]>

const gathered = (pairs: readonly (readonly [number, string])[]): Ports => {
  const ports = new Map<number, readonly string[]>()
  for (const [port, name] of pairs) ports.set(port, [...new Set([...(ports.get(port) ?? []), name])])
  return ports
}

/** Which policies hold at which port of the balancer. */
const atListeners = ({ Listeners, Policies = [] }: BalancerValues): Ports => {
  const ports = new Set(Listeners.map(({ LoadBalancerPort }) => LoadBalancerPort))
  const byPolicy = Policies.flatMap(({ PolicyName, LoadBalancerPorts = [] }) =>
    LoadBalancerPorts.map(port => [port, PolicyName] as const),
  )
  for (const [port, name] of byPolicy) {
    if (ports.has(port)) continue
    throw new ResourceFailure(
      `Policy ${name} has a load balancer port of ${port}, which has no listener defined`,
    )
  }
  const byListener = Listeners.flatMap(({ LoadBalancerPort, PolicyNames = [] }) =>
    PolicyNames.map(name => [LoadBalancerPort, name] as const),
  )
  return gathered([...byListener, ...byPolicy])
}

/** Which hold towards which port of the instances. */
const atInstances = ({ Policies = [] }: BalancerValues): Ports =>
  gathered(
    Policies.flatMap(({ PolicyName, InstancePorts = [] }) =>
      InstancePorts.map(port => [port, PolicyName] as const),
    ),
  )

const setAtListener = (work: Work, name: string, port: number, PolicyNames: readonly string[]): void =>
  balancerCall(work, 'SetLoadBalancerPoliciesOfListener', name, { LoadBalancerPort: port, PolicyNames })

const setAtInstances = (work: Work, name: string, port: number, PolicyNames: readonly string[]): void =>
  balancerCall(work, 'SetLoadBalancerPoliciesForBackendServer', name, { InstancePort: port, PolicyNames })

/** Make the policies, and put them where they hold. */
export const setPolicies = (work: Work, name: string, values: BalancerValues): void => {
  for (const { operation, input } of policiesOf(values).values()) balancerCall(work, operation, name, input)
  for (const [port, names] of atListeners(values)) setAtListener(work, name, port, names)
  for (const [port, names] of atInstances(values)) setAtInstances(work, name, port, names)
}

const differs = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other)

type Listener = BalancerValues['Listeners'][number]

const byPort = ({ Listeners }: BalancerValues): ReadonlyMap<number, Listener> =>
  new Map(Listeners.map(listener => [listener.LoadBalancerPort, listener]))

/** All but the policies, and the certificate, which a listener can be given anew. */
const nature = ({ PolicyNames: _, SSLCertificateId: __, ...rest }: Listener) => rest

/** Which of the ports that both have need another listener, which are gone, which are new. */
const listenerChanges = (values: BalancerValues, before: BalancerValues) => {
  const [are, were] = [byPort(values), byPort(before)]
  const isSame = (port: number) => {
    const [is, was] = [are.get(port), were.get(port)]
    return is !== undefined && was !== undefined && !differs(nature(is), nature(was))
  }
  return {
    gone: [...were.keys()].filter(port => !isSame(port)),
    added: [...are].filter(([port]) => !isSame(port)).map(([, { PolicyNames: _, ...listener }]) => listener),
    kept: [...are].filter(([port]) => isSame(port)).map(([, listener]) => listener),
    certificateBefore: (port: number) => were.get(port)?.SSLCertificateId,
  }
}

type Setter = (work: Work, name: string, port: number, PolicyNames: readonly string[]) => void

/** A policy cannot be deleted while it holds somewhere: what goes or changes is taken off first. What is left where. */
const takenOff = (
  work: Work,
  name: string,
  { set, were, are, gone }: { set: Setter; were: Ports; are: Ports; gone: ReadonlySet<string> },
): Ports => {
  const left = new Map<number, readonly string[]>()
  for (const [port, names] of were) {
    const wanted = are.get(port) ?? []
    const staying = names.filter(one => !gone.has(one) && wanted.includes(one))
    if (staying.length < names.length) set(work, name, port, staying)
    left.set(port, staying)
  }
  return left
}

/** And what is new, or new again, is put there when all policies and listeners are. */
const putOn = (
  work: Work,
  name: string,
  { set, left, are }: { set: Setter; left: Ports; are: Ports },
): void => {
  for (const [port, names] of are) if (differs(names, left.get(port))) set(work, name, port, names)
}

const withPorts = (ports: Ports, kept: ReadonlySet<number>): Ports =>
  new Map([...ports].filter(([port]) => kept.has(port)))

/** From the listeners and policies of before to those of now. Listeners that do not change go on without a break. */
export const changeListeners = (
  work: Work,
  name: string,
  values: BalancerValues,
  before: BalancerValues,
): void => {
  const { gone, added, kept, certificateBefore } = listenerChanges(values, before)
  const [are, were] = [policiesOf(values), policiesOf(before)]
  const old = new Set([...were].filter(([one, making]) => differs(making, are.get(one))).map(([one]) => one))
  const keptPorts = new Set(kept.map(({ LoadBalancerPort }) => LoadBalancerPort))
  const outside = {
    ...{ set: setAtListener, gone: old },
    ...{ were: withPorts(atListeners(before), keptPorts), are: atListeners(values) },
  }
  const inside = { set: setAtInstances, gone: old, were: atInstances(before), are: atInstances(values) }
  const leftOutside = takenOff(work, name, outside)
  // With the last listener towards a port, what held there is forgotten.
  const ended = new Set(
    before.Listeners.filter(({ LoadBalancerPort }) => gone.includes(LoadBalancerPort)).map(
      ({ InstancePort }) => InstancePort,
    ),
  )
  const leftInside = new Map([...takenOff(work, name, inside)].filter(([port]) => !ended.has(port)))
  if (gone.length > 0) balancerCall(work, 'DeleteLoadBalancerListeners', name, { LoadBalancerPorts: gone })
  for (const PolicyName of old) balancerCall(work, 'DeleteLoadBalancerPolicy', name, { PolicyName })
  for (const [one, { operation, input }] of are) {
    if (old.has(one) || !were.has(one)) balancerCall(work, operation, name, input)
  }
  if (added.length > 0) balancerCall(work, 'CreateLoadBalancerListeners', name, { Listeners: added })
  for (const { LoadBalancerPort, SSLCertificateId } of kept) {
    if (SSLCertificateId === undefined || SSLCertificateId === certificateBefore(LoadBalancerPort)) continue
    balancerCall(work, 'SetLoadBalancerListenerSSLCertificate', name, { LoadBalancerPort, SSLCertificateId })
  }
  putOn(work, name, { ...outside, left: leftOutside })
  putOn(work, name, { ...inside, left: leftInside })
}
