// SPDX-License-Identifier: BSD-2-Clause
// Listeners and their certificates.
import {
  type CreateLoadBalancerListenerInput,
  type CreateLoadBalancerListenerOutput,
  CreateLoadBalancerListeners$,
  type DeleteLoadBalancerListenerInput,
  type DeleteLoadBalancerListenerOutput,
  DeleteLoadBalancerListeners$,
  SetLoadBalancerListenerSSLCertificate$,
  type SetLoadBalancerListenerSSLCertificateInput,
  type SetLoadBalancerListenerSSLCertificateOutput,
} from '@aws-sdk/client-elastic-load-balancing'
import { type Operation, type OperationEntry, operation } from '../operation'
import { mustBalancer, putBalancer } from './balancers'
import { checkedCertificate, withListeners } from './listeners'
import { onBalancer, onBalancerWith, protocolsAsked } from './permissions'
import { isTls } from './protocols'
import { invalidConfiguration, listenerNotFound } from './refusals'

export const createLoadBalancerListeners: Operation<
  CreateLoadBalancerListenerInput,
  CreateLoadBalancerListenerOutput
> = (tx, { LoadBalancerName, Listeners = [] }) => {
  const balancer = mustBalancer(tx, LoadBalancerName)
  putBalancer(tx, withListeners(tx, balancer, Listeners))
  return {}
}

/** Ports that nothing listens on are no error. */
export const deleteLoadBalancerListeners: Operation<
  DeleteLoadBalancerListenerInput,
  DeleteLoadBalancerListenerOutput
> = (tx, { LoadBalancerName, LoadBalancerPorts = [] }) => {
  const balancer = mustBalancer(tx, LoadBalancerName)
  const listeners = balancer.listeners.filter(({ port }) => !LoadBalancerPorts.includes(port))
  if (listeners.length < balancer.listeners.length) putBalancer(tx, { ...balancer, listeners })
  return {}
}

export const setLoadBalancerListenerSSLCertificate: Operation<
  SetLoadBalancerListenerSSLCertificateInput,
  SetLoadBalancerListenerSSLCertificateOutput
> = (tx, { LoadBalancerName, LoadBalancerPort: port = 0, SSLCertificateId: arn }) => {
  if (port < 1 || port > 65535) invalidConfiguration('Invalid port')
  if (!arn) return invalidConfiguration('SSLCertificateId is not specified')
  const balancer = mustBalancer(tx, LoadBalancerName)
  const listener = balancer.listeners.find(one => one.port === port) ?? listenerNotFound()
  if (!isTls(listener.protocol)) invalidConfiguration("Listener's protocol is not HTTPS or SSL")
  const changed = { ...listener, certificateArn: checkedCertificate(tx, arn) }
  const listeners = balancer.listeners.map(one => (one.port === port ? changed : one))
  putBalancer(tx, { ...balancer, listeners })
  return {}
}

export const listenerOperations: Readonly<Record<string, OperationEntry>> = {
  CreateLoadBalancerListeners: operation(CreateLoadBalancerListeners$, createLoadBalancerListeners, {
    access: onBalancerWith<CreateLoadBalancerListenerInput>(({ Listeners }) => protocolsAsked(Listeners)),
  }),
  DeleteLoadBalancerListeners: operation(DeleteLoadBalancerListeners$, deleteLoadBalancerListeners, {
    access: onBalancer,
  }),
  SetLoadBalancerListenerSSLCertificate: operation(
    SetLoadBalancerListenerSSLCertificate$,
    setLoadBalancerListenerSSLCertificate,
    { access: onBalancer },
  ),
}
