// SPDX-License-Identifier: BSD-2-Clause
// Listeners as requests state them, checked and made into records (engine-iam-elb, part 3 §2).
import type { Listener as AskedListener } from '@aws-sdk/client-elastic-load-balancing'
import { isAwsClient } from '../aws-clients'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { certificateOf } from './certificates'
import { newestReferencePolicy } from './policy-types'
import { isHttp, isTls, protocolNamed } from './protocols'
import { mostListeners } from './quotas'
import { certificateNotFound, duplicateListener, invalidConfiguration, unsupportedProtocol } from './refusals'
import type { BalancerPolicy, HealthCheck, Listener, LoadBalancer, Protocol } from './schema'

/** How instances are spoken to when nothing is said of it: in the clear, as Eucalyptus' workers did. */
const plain = (protocol: Protocol): Protocol => (isHttp(protocol) ? 'HTTP' : 'TCP')

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65535

const defaultRestricted = '22'

/** `services.loadbalancing.restricted_ports`: ports and ranges with commas between them. */
const restrictedPorts = (tx: Tx): string =>
  tx.settingText('LOADBALANCING_RESTRICTED_PORTS') ?? defaultRestricted

const isAmong = (ports: string, port: number): boolean =>
  ports.split(',').some(range => {
    const [from, to = from] = range.split('-').map(Number)
    return from !== undefined && to !== undefined && port >= from && port <= to
  })

const checkPorts = (tx: Tx, listening: number, instance: number): void => {
  if (!isPort(listening) || !isPort(instance)) invalidConfiguration('Invalid port range')
  const restricted = restrictedPorts(tx)
  if (isAmong(restricted, listening)) {
    const text = `The specified port(s) ${restricted}, are restricted for use as a loadbalancer port.`
    refuse('InternalFailure', text, 500)
  }
}

/** The ARN of a certificate that the caller's account has. */
export const checkedCertificate = (tx: Tx, arn: string): string =>
  certificateOf(tx, tx.caller.account, arn) ? arn : certificateNotFound()

const listenerOf = (tx: Tx, asked: AskedListener): Listener => {
  const { LoadBalancerPort: port = 0, InstancePort: instancePort = 0, SSLCertificateId: arn } = asked
  const protocol = protocolNamed(asked.Protocol ?? '') ?? unsupportedProtocol(tx)
  const instanceProtocol = asked.InstanceProtocol
    ? (protocolNamed(asked.InstanceProtocol) ?? invalidConfiguration('Invalid listener format'))
    : plain(protocol)
  checkPorts(tx, port, instancePort)
  if (isTls(protocol) && !arn) invalidConfiguration('SSLCertificateId is required for HTTPS or SSL protocol')
  // What balances requests cannot balance connections, and the other way round.
  if (isHttp(protocol) !== isHttp(instanceProtocol))
    invalidConfiguration(`Protocol ${protocol} cannot be balanced to InstanceProtocol ${instanceProtocol}`)
  return {
    ...{ port, protocol, instancePort, instanceProtocol },
    ...(arn && { certificateArn: checkedCertificate(tx, arn) }),
    policyNames: isTls(protocol) ? [newestReferencePolicy] : [],
  }
}

/**
 * One without a certificate is never the same as another, as in Eucalyptus: asked for twice, it is refused. Clients of AWS
 * count on it that what is there already may be asked for again.
 */
const isSame = (tx: Tx, one: Listener, other: Listener): boolean =>
  (one.certificateArn !== undefined || isAwsClient(tx)) &&
  one.certificateArn === other.certificateArn &&
  one.protocol === other.protocol &&
  one.instancePort === other.instancePort &&
  one.instanceProtocol === other.instanceProtocol

const withListener = (tx: Tx, listeners: readonly Listener[], listener: Listener): readonly Listener[] => {
  const known = listeners.find(({ port }) => port === listener.port)
  if (known) return isSame(tx, known, listener) ? listeners : duplicateListener()
  const { instancePort, instanceProtocol } = listener
  const mixed = listeners.find(
    other => other.instancePort === instancePort && isTls(other.instanceProtocol) !== isTls(instanceProtocol),
  )
  if (mixed) {
    invalidConfiguration(
      `Instance port ${instancePort} is used by ${mixed.instanceProtocol}, and cannot be by ${instanceProtocol}`,
    )
  }
  return [...listeners, listener]
}

/** The policy that listeners who speak TLS have from the start. */
const defaultSecurity: BalancerPolicy = {
  name: newestReferencePolicy,
  typeName: 'SSLNegotiationPolicyType',
  attributes: [{ name: 'Reference-Security-Policy', value: newestReferencePolicy }],
}

const withSecurity = (policies: readonly BalancerPolicy[], listeners: readonly Listener[]) => {
  const isNeeded = listeners.some(({ policyNames }) => policyNames.includes(defaultSecurity.name))
  const isThere = policies.some(({ name }) => name === defaultSecurity.name)
  return isNeeded && !isThere ? [...policies, defaultSecurity] : policies
}

/** Eucalyptus' default, which differs from AWS'. */
const defaultCheck = ({ instancePort }: Listener): HealthCheck => ({
  ...{ target: `TCP:${instancePort}`, interval: 30, timeout: 5, healthyThreshold: 3, unhealthyThreshold: 3 },
})

type Listening = Pick<LoadBalancer, 'listeners' | 'policies' | 'healthCheck'>

/** A balancer's part that new listeners change: with them, with their policy, and with a health check. */
export const withListeners = <B extends Listening>(
  tx: Tx,
  balancer: B,
  asked: readonly AskedListener[],
): B => {
  const listeners = asked
    .map(one => listenerOf(tx, one))
    .reduce((all, listener) => withListener(tx, all, listener), balancer.listeners)
  if (listeners.length > mostListeners)
    invalidConfiguration(`A load balancer can have ${mostListeners} listeners at most`)
  const [first] = listeners
  const healthCheck = balancer.healthCheck ?? (first && defaultCheck(first))
  return {
    ...balancer,
    listeners,
    policies: withSecurity(balancer.policies, listeners),
    ...(healthCheck && { healthCheck }),
  }
}
