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

/** A policy cannot be deleted while it holds somewhere: what changes is taken off first, and put back when it is new. */
const takeOff = (
  work: Work,
  name: string,
  [values, before]: readonly [BalancerValues, BalancerValues],
  gone: ReadonlySet<string>,
  kept: ReadonlySet<number>,
): { readonly listeners: Set<number>; readonly instances: Set<number> } => {
  const touched = { listeners: new Set<number>(), instances: new Set<number>() }
  const [listeners, instances] = [atListeners(values), atInstances(values)]
  for (const [port, names] of atListeners(before)) {
    if (!kept.has(port)) continue
    const left = names.filter(one => !gone.has(one))
    if (left.length < names.length) setAtListener(work, name, port, left)
    if (left.length < names.length || differs(names, listeners.get(port))) touched.listeners.add(port)
  }
  for (const [port, names] of atInstances(before)) {
    const left = names.filter(one => !gone.has(one))
    if (left.length < names.length) setAtInstances(work, name, port, left)
    if (left.length < names.length || differs(names, instances.get(port))) touched.instances.add(port)
  }
  return touched
}

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
  const touched = takeOff(work, name, [values, before], old, keptPorts)
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
  const [listeners, instances] = [atListeners(values), atInstances(values)]
  const wasAt = atListeners(before)
  for (const port of byPort(values).keys()) {
    const names = listeners.get(port) ?? []
    const isNew = !keptPorts.has(port) || !wasAt.has(port)
    if (touched.listeners.has(port) || (isNew && names.length > 0)) setAtListener(work, name, port, names)
  }
  const wereTowards = atInstances(before)
  for (const port of new Set([...wereTowards.keys(), ...instances.keys()])) {
    if (touched.instances.has(port) || !wereTowards.has(port)) {
      setAtInstances(work, name, port, instances.get(port) ?? [])
    }
  }
}
