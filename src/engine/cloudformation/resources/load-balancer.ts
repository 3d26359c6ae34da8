// SPDX-License-Identifier: BSD-2-Clause
// AWS::ElasticLoadBalancing::LoadBalancer.
import type { DescribeAccessPointsOutput } from '@aws-sdk/client-elastic-load-balancing'
import { putBalancer } from '../../elb/balancers'
import type { LoadBalancer } from '../../elb/schema'
import { balancerCall as call, changeListeners, setPolicies } from './balancer-listeners'
import { type BalancerValues, balancerProperties } from './balancer-properties'
import { type Made, ResourceFailure, type Work } from './contracts'
import { keysGiven, parted } from './ec2-tags'
import { resourceType } from './kinds'
import { mustBeGone } from './removal'
import { services } from './services'

const recordOf = (work: Work, name: string): LoadBalancer | undefined =>
  work.tx.loadBalancers.in(work.stack.account).get(name)

/** The cloud's own tags are written into the record, behind the user's. */
const tag = (work: Work, name: string, own: BalancerValues['Tags'], before?: Made): readonly string[] => {
  const { ofCloud, ofUser } = parted(work, own)
  const keys = ofUser.map(({ Key }) => Key)
  const gone = keysGiven(before).filter(key => !keys.includes(key))
  const names = { LoadBalancerNames: [name] }
  if (gone.length > 0) {
    work.call(services.elb, 'RemoveTags', { ...names, Tags: gone.map(Key => ({ Key })) })
  }
  if (ofUser.length > 0) work.call(services.elb, 'AddTags', { ...names, Tags: ofUser })
  const balancer = work.tx.loadBalancers.in(work.stack.account).must(name)
  const users = balancer.tags.filter(({ key }) => !ofCloud.some(({ Key }) => Key === key))
  const written = ofCloud.map(({ Key, Value }) => ({ key: Key, value: Value }))
  putBalancer(work.tx, { ...balancer, tags: [...users, ...written] })
  return keys
}

const attributes = (values: BalancerValues) => {
  const {
    AccessLoggingPolicy: logs,
    ConnectionDrainingPolicy: draining,
    ConnectionSettings: settings,
  } = values
  return {
    CrossZoneLoadBalancing: { Enabled: values.CrossZone ?? false },
    ...(logs && { AccessLog: logs }),
    ...(draining && { ConnectionDraining: draining }),
    ...(settings && { ConnectionSettings: settings }),
  }
}

/** Of what was asked for before and is no more, the service's own. */
const attributesSince = (values: BalancerValues, before: BalancerValues) => ({
  ...(before.AccessLoggingPolicy && { AccessLog: { Enabled: false } }),
  ...(before.ConnectionDrainingPolicy && { ConnectionDraining: { Enabled: false } }),
  ...(before.ConnectionSettings && { ConnectionSettings: { IdleTimeout: 60 } }),
  ...attributes(values),
})

const asks = ({
  CrossZone,
  AccessLoggingPolicy,
  ConnectionDrainingPolicy,
  ConnectionSettings,
}: BalancerValues) =>
  [CrossZone, AccessLoggingPolicy, ConnectionDrainingPolicy, ConnectionSettings].some(
    one => one !== undefined,
  )

/** What Fn::GetAtt gives, as the service shows it to whoever orders the stack. */
const known = (work: Work, name: string): Made['attributes'] => {
  const { LoadBalancerDescriptions: [balancer] = [] } = work.call<DescribeAccessPointsOutput>(
    services.elb,
    'DescribeLoadBalancers',
    { LoadBalancerNames: [name] },
  )
  if (!balancer) throw new ResourceFailure(`There is no ACTIVE Load Balancer named '${name}'`)
  return {
    DNSName: balancer.DNSName ?? '',
    CanonicalHostedZoneName: balancer.CanonicalHostedZoneName ?? balancer.DNSName ?? '',
    CanonicalHostedZoneNameID: balancer.CanonicalHostedZoneNameID ?? '',
    'SourceSecurityGroup.GroupName': balancer.SourceSecurityGroup?.GroupName ?? '',
    'SourceSecurityGroup.OwnerAlias': balancer.SourceSecurityGroup?.OwnerAlias ?? '',
  }
}

const difference = <T>(some: readonly T[] = [], others: readonly T[] = []): readonly T[] =>
  some.filter(one => !others.includes(one))

const instances = (ids: readonly string[]) => ({ Instances: ids.map(InstanceId => ({ InstanceId })) })

/** Members of a list come and go by two operations; what comes, comes first, so that the list is never empty. */
const changeList = (
  work: Work,
  name: string,
  [values, before]: readonly [readonly string[] | undefined, readonly string[] | undefined],
  [add, take]: readonly [string, string],
  input: (members: readonly string[]) => object,
): void => {
  const added = difference(values, before)
  const gone = difference(before, values)
  if (added.length > 0) call(work, add, name, input(added))
  if (gone.length > 0) call(work, take, name, input(gone))
}

const defaultCheck = { Interval: 30, Timeout: 5, HealthyThreshold: 3, UnhealthyThreshold: 3 }

const checkHealth = (work: Work, name: string, values: BalancerValues, before?: BalancerValues): void => {
  const [first] = values.Listeners
  const wanted =
    values.HealthCheck ?? (before?.HealthCheck && { Target: `TCP:${first?.InstancePort}`, ...defaultCheck })
  if (wanted) call(work, 'ConfigureHealthCheck', name, { HealthCheck: wanted })
}

export const loadBalancer = resourceType({
  name: 'AWS::ElasticLoadBalancing::LoadBalancer',
  properties: balancerProperties,
  attributes: [
    'CanonicalHostedZoneName',
    'CanonicalHostedZoneNameID',
    'DNSName',
    'SourceSecurityGroup.GroupName',
    'SourceSecurityGroup.OwnerAlias',
  ],
  takesTags: true,
  create: (work, values) => {
    const name = values.LoadBalancerName ?? work.newName(32)
    // To make the same one again is no error to the service, and would make this stack the owner of somebody's.
    if (recordOf(work, name)) throw new ResourceFailure(`${name} already exists`)
    call(work, 'CreateLoadBalancer', name, {
      AvailabilityZones: values.AvailabilityZones,
      Listeners: values.Listeners.map(({ PolicyNames: _, ...listener }) => listener),
      Scheme: values.Scheme,
      SecurityGroups: values.SecurityGroups,
      Subnets: values.Subnets,
    })
    const tagKeys = tag(work, name, values.Tags)
    if (values.Instances?.length)
      call(work, 'RegisterInstancesWithLoadBalancer', name, instances(values.Instances))
    checkHealth(work, name, values)
    setPolicies(work, name, values)
    if (asks(values)) {
      call(work, 'ModifyLoadBalancerAttributes', name, { LoadBalancerAttributes: attributes(values) })
    }
    return {
      physicalId: name,
      ref: name,
      attributes: known(work, name),
      memory: { tagKeys, id: recordOf(work, name)?.id },
    }
  },
  update: (work, made, values, before) => {
    const name = made.physicalId
    changeListeners(work, name, values, before)
    changeList(
      work,
      name,
      [values.AvailabilityZones, before.AvailabilityZones],
      ['EnableAvailabilityZonesForLoadBalancer', 'DisableAvailabilityZonesForLoadBalancer'],
      AvailabilityZones => ({ AvailabilityZones }),
    )
    changeList(
      work,
      name,
      [values.Subnets, before.Subnets],
      ['AttachLoadBalancerToSubnets', 'DetachLoadBalancerFromSubnets'],
      Subnets => ({ Subnets }),
    )
    changeList(
      work,
      name,
      [values.Instances, before.Instances],
      ['RegisterInstancesWithLoadBalancer', 'DeregisterInstancesFromLoadBalancer'],
      instances,
    )
    if (JSON.stringify(values.SecurityGroups) !== JSON.stringify(before.SecurityGroups)) {
      const SecurityGroups = values.SecurityGroups ?? []
      call(work, 'ApplySecurityGroupsToLoadBalancer', name, { SecurityGroups })
    }
    if (JSON.stringify(values.HealthCheck) !== JSON.stringify(before.HealthCheck)) {
      checkHealth(work, name, values, before)
    }
    if (asks(values) || asks(before)) {
      const LoadBalancerAttributes = attributesSince(values, before)
      call(work, 'ModifyLoadBalancerAttributes', name, { LoadBalancerAttributes })
    }
    const tagKeys = tag(work, name, values.Tags, made)
    return { ...made, attributes: known(work, name), memory: { ...made.memory, tagKeys } }
  },
  // Somebody may have made another one of that name.
  remove: (work, { physicalId: name, memory }) => {
    const isThere = (): boolean => recordOf(work, name)?.id === memory?.id
    if (isThere()) call(work, 'DeleteLoadBalancer', name, {})
    return mustBeGone(`the load balancer ${name}`, isThere())
  },
})
