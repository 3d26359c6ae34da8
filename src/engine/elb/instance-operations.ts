// SPDX-License-Identifier: BSD-2-Clause
// Which instances a load balancer has, how they are checked, and how they are.
import {
  ConfigureHealthCheck$,
  type ConfigureHealthCheckInput,
  type ConfigureHealthCheckOutput,
  type DeregisterEndPointsInput,
  type DeregisterEndPointsOutput,
  DeregisterInstancesFromLoadBalancer$,
  type DescribeEndPointStateInput,
  type DescribeEndPointStateOutput,
  DescribeInstanceHealth$,
  type HealthCheck as HealthCheckAsked,
  type Instance as InstanceNamed,
  type InstanceState,
  type RegisterEndPointsInput,
  type RegisterEndPointsOutput,
  RegisterInstancesWithLoadBalancer$,
} from '@aws-sdk/client-elastic-load-balancing'
import { isAwsClient } from '../aws-clients'
import { refuse } from '../errors'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { healthCheckView } from './balancer-views'
import { balancerKey, instancesOf, mustBalancer, mustShownBalancer, putBalancer } from './balancers'
import { healthOf } from './health'
import { targetGiven, targetText } from './health-targets'
import { onBalancer, onShownBalancer } from './permissions'
import { mostInstances } from './quotas'
import { invalidConfiguration, invalidEndPoint } from './refusals'
import { deregister, register } from './registrations'
import type { BalancedInstance, HealthCheck, LoadBalancer } from './schema'

const idsOf = (instances: readonly InstanceNamed[] | undefined): readonly string[] => [
  ...new Set((instances ?? []).map(({ InstanceId = '' }) => InstanceId.toLowerCase())),
]

/** All that are registered, as both operations answer. */
const registered = (tx: Tx, balancer: LoadBalancer) => ({
  Instances: instancesOf(tx, balancerKey(balancer)).map(({ instanceId }) => ({ InstanceId: instanceId })),
})

// ---- registering -------------------------------------------------------------------------------------------------

/** Instances that are registered already are not looked at again, but for their zones, as in Eucalyptus. */
const checkInstances = (tx: Tx, balancer: LoadBalancer, ids: readonly string[]): void => {
  const known = new Set(instancesOf(tx, balancerKey(balancer)).map(({ instanceId }) => instanceId))
  const own = ids.map(id => ({ id, instance: tx.instances.get(id) }))
  for (const { id, instance } of own) {
    if (instance?.account === balancer.account && !balancer.zones.includes(instance.zone)) {
      invalidConfiguration(`Instance ${id}'s availaibility zone is not enabled for the loadbalancer`)
    }
  }
  const stranger = own.find(
    ({ id, instance }) =>
      !known.has(id) && instance?.account === balancer.account && instance.vpcId !== balancer.vpcId,
  )
  if (stranger) {
    refuse('InvalidEndPoint', `EC2 instance ${stranger.id} is not in the same VPC as ELB.`)
  }
  const isValid = ({ id, instance }: (typeof own)[number]): boolean =>
    known.has(id) || (instance?.account === balancer.account && instance.state === 'running')
  if (!own.every(isValid)) invalidEndPoint()
  if (new Set([...known, ...ids]).size > mostInstances) {
    invalidConfiguration(`A load balancer can have ${mostInstances} registered instances`)
  }
}

export const registerInstancesWithLoadBalancer: Operation<RegisterEndPointsInput, RegisterEndPointsOutput> = (
  tx,
  { LoadBalancerName, Instances },
) => {
  const balancer = mustBalancer(tx, LoadBalancerName)
  const ids = idsOf(Instances)
  checkInstances(tx, balancer, ids)
  for (const id of ids) register(tx, balancer, id)
  return registered(tx, balancer)
}

/** What is not registered is passed over. */
export const deregisterInstancesFromLoadBalancer: Operation<
  DeregisterEndPointsInput,
  DeregisterEndPointsOutput
> = (tx, { LoadBalancerName, Instances }) => {
  const balancer = mustBalancer(tx, LoadBalancerName)
  for (const id of idsOf(Instances)) deregister(tx, balancer, id)
  return registered(tx, balancer)
}

// ---- health ------------------------------------------------------------------------------------------------------

const stateView = (tx: Tx, balancer: LoadBalancer, instance: BalancedInstance): InstanceState => {
  const { state, reasonCode, description } = healthOf(tx, balancer, instance)
  return {
    InstanceId: instance.instanceId,
    State: state,
    ReasonCode: reasonCode,
    Description: description,
  }
}

/** In the order in which they were asked for; what is not registered is left out, or refused to clients of AWS. */
export const describeInstanceHealth: Operation<DescribeEndPointStateInput, DescribeEndPointStateOutput> = (
  tx,
  { LoadBalancerName, Instances },
) => {
  const balancer = mustShownBalancer(tx, LoadBalancerName)
  const all = instancesOf(tx, balancerKey(balancer))
  const ids = idsOf(Instances)
  if (isAwsClient(tx) && ids.some(id => !all.some(({ instanceId }) => instanceId === id))) invalidEndPoint()
  const wanted =
    ids.length === 0 ? all : ids.flatMap(id => all.find(({ instanceId }) => instanceId === id) ?? [])
  return { InstanceStates: wanted.map(instance => stateView(tx, balancer, instance)) }
}

// ---- health checks -----------------------------------------------------------------------------------------------

const leastInterval = 5
const mostInterval = 120
const leastThreshold = 2
// AWS' limit.
const mostThreshold = 10

const needed = (value: number | undefined, what: string): number =>
  value ?? invalidConfiguration(`${what} must be specified`)

const checkedThreshold = (value: number, what: string): number => {
  if (value < leastThreshold) invalidConfiguration(`${what} thresholds must be larger than ${leastThreshold}`)
  if (value > mostThreshold) invalidConfiguration(`${what} thresholds must be smaller than ${mostThreshold}`)
  return value
}

/** In Eucalyptus' order and words. */
const checkGiven = (asked: HealthCheckAsked): HealthCheck => {
  const healthy = needed(asked.HealthyThreshold, 'Healthy tresholds')
  const interval = needed(asked.Interval, 'Interval')
  const target = asked.Target ?? invalidConfiguration('Target must be specified')
  const timeout = needed(asked.Timeout, 'Timeout')
  const unhealthy = needed(asked.UnhealthyThreshold, 'Unhealthy tresholds')
  if (interval < leastInterval) invalidConfiguration(`Interval must be longer than ${leastInterval} seconds`)
  if (interval > mostInterval) invalidConfiguration(`Interval must be smaller than ${mostInterval} seconds`)
  const healthyThreshold = checkedThreshold(healthy, 'Healthy')
  const unhealthyThreshold = checkedThreshold(unhealthy, 'Unhealthy')
  if (timeout < 0) invalidConfiguration('timeout must be > 0')
  return { target: targetText(targetGiven(target)), interval, timeout, healthyThreshold, unhealthyThreshold }
}

export const configureHealthCheck: Operation<ConfigureHealthCheckInput, ConfigureHealthCheckOutput> = (
  tx,
  { LoadBalancerName, HealthCheck },
) => {
  const healthCheck = checkGiven(HealthCheck ?? invalidConfiguration('Target must be specified'))
  const balancer = mustBalancer(tx, LoadBalancerName)
  putBalancer(tx, { ...balancer, healthCheck })
  return { HealthCheck: healthCheckView(healthCheck) }
}

export const instanceOperations: Readonly<Record<string, OperationEntry>> = {
  RegisterInstancesWithLoadBalancer: operation(
    RegisterInstancesWithLoadBalancer$,
    registerInstancesWithLoadBalancer,
    { access: onBalancer },
  ),
  DeregisterInstancesFromLoadBalancer: operation(
    DeregisterInstancesFromLoadBalancer$,
    deregisterInstancesFromLoadBalancer,
    { access: onBalancer },
  ),
  DescribeInstanceHealth: operation(DescribeInstanceHealth$, describeInstanceHealth, {
    access: onShownBalancer,
  }),
  ConfigureHealthCheck: operation(ConfigureHealthCheck$, configureHealthCheck, { access: onBalancer }),
}
