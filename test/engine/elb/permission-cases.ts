// SPDX-License-Identifier: BSD-2-Clause
// What every operation of load balancing asks of policies: with this request, its own action on this balancer, no more and no
// less. Cases that follow one another may build upon what those before have done.
import {
  AddTagsCommand,
  CreateLoadBalancerListenersCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import type { Clients, Cloud } from '../../support/cloud'
import { haveInstance } from '../ec2/instance'
import { haveCertificate, http, makeBalancer } from './made'

/** What somebody has: a balancer that has one of everything, and another to be deleted. */
export const haveThings = async (c: Cloud, who: Clients) => {
  const certificate = haveCertificate(c, who, 'hers')
  const instances = ['i-0000a11c', 'i-0000a11d'] as const
  for (const id of instances) haveInstance(c, { id, account: who.accountId })
  await makeBalancer(who, 'web', { Tags: [{ Key: 'tier', Value: 'web' }] })
  await makeBalancer(who, 'spare')
  const of = { LoadBalancerName: 'web' }
  await who.elb().send(
    new CreateLoadBalancerListenersCommand({
      ...of,
      Listeners: [
        { ...http, Protocol: 'HTTPS', LoadBalancerPort: 443, SSLCertificateId: certificate },
        { Protocol: 'TCP', LoadBalancerPort: 25, InstanceProtocol: 'TCP', InstancePort: 2525 },
      ],
    }),
  )
  await who
    .elb()
    .send(new RegisterInstancesWithLoadBalancerCommand({ ...of, Instances: [{ InstanceId: instances[0] }] }))
  await who
    .elb()
    .send(new AddTagsCommand({ LoadBalancerNames: ['spare'], Tags: [{ Key: 'tier', Value: 'none' }] }))
  return { certificate, instances }
}

export type Things = Awaited<ReturnType<typeof haveThings>>

export interface Case {
  readonly operation: string
  readonly input: object
  /** The name of the balancer that leave is needed for. */
  readonly on: string
  /** The code that it is answered by whoever has leave, where it is refused for other reasons. */
  readonly refused?: string
}

const notWithoutVpc = 'InvalidConfigurationRequest'

export const casesOf = ({ certificate, instances }: Things): readonly Case[] => {
  const [first, second] = instances
  const onWeb = (operation: string, input: object = {}, refused?: string): Case => ({
    ...{ operation, input: { LoadBalancerName: 'web', ...input }, on: 'web' },
    ...(refused && { refused }),
  })
  const tagged = { LoadBalancerNames: ['web'], Tags: [{ Key: 'k' }] }
  const sticky = { PolicyName: 'sticky' }
  return [
    {
      operation: 'CreateLoadBalancer',
      input: { LoadBalancerName: 'new', Listeners: [http], AvailabilityZones: ['PARTI00'] },
      on: 'new',
    },
    onWeb('CreateLoadBalancerListeners', { Listeners: [{ ...http, LoadBalancerPort: 81 }] }),
    onWeb('SetLoadBalancerListenerSSLCertificate', { LoadBalancerPort: 443, SSLCertificateId: certificate }),
    onWeb('DeleteLoadBalancerListeners', { LoadBalancerPorts: [81] }),
    onWeb('EnableAvailabilityZonesForLoadBalancer', { AvailabilityZones: ['PARTI01'] }),
    onWeb('DisableAvailabilityZonesForLoadBalancer', { AvailabilityZones: ['PARTI01'] }),
    onWeb('ApplySecurityGroupsToLoadBalancer', { SecurityGroups: [] }, notWithoutVpc),
    onWeb('ApplySecurityGroupsToLoadBalancer', { SecurityGroups: ['sg-00000001'] }, 'InvalidSecurityGroup'),
    onWeb('AttachLoadBalancerToSubnets', { Subnets: ['subnet-1'] }, notWithoutVpc),
    onWeb('DetachLoadBalancerFromSubnets', { Subnets: ['subnet-1'] }, notWithoutVpc),
    onWeb('RegisterInstancesWithLoadBalancer', { Instances: [{ InstanceId: second }] }),
    onWeb('DeregisterInstancesFromLoadBalancer', { Instances: [{ InstanceId: second }] }),
    onWeb('DescribeInstanceHealth', { Instances: [{ InstanceId: first }] }),
    onWeb('ConfigureHealthCheck', {
      HealthCheck: {
        ...{ Target: 'HTTP:8888/', Interval: 30, Timeout: 5, UnhealthyThreshold: 5, HealthyThreshold: 3 },
      },
    }),
    onWeb('CreateLoadBalancerPolicy', {
      ...{ PolicyName: 'proxy', PolicyTypeName: 'ProxyProtocolPolicyType' },
      PolicyAttributes: [{ AttributeName: 'ProxyProtocol', AttributeValue: 'true' }],
    }),
    onWeb('CreateLBCookieStickinessPolicy', sticky),
    onWeb('CreateAppCookieStickinessPolicy', { PolicyName: 'app', CookieName: 'session' }),
    onWeb('SetLoadBalancerPoliciesOfListener', { LoadBalancerPort: 80, PolicyNames: ['sticky'] }),
    onWeb('SetLoadBalancerPoliciesForBackendServer', { InstancePort: 2525, PolicyNames: ['proxy'] }),
    onWeb('DescribeLoadBalancerPolicies'),
    onWeb('DeleteLoadBalancerPolicy', { PolicyName: 'app' }),
    onWeb('ModifyLoadBalancerAttributes', {
      LoadBalancerAttributes: { CrossZoneLoadBalancing: { Enabled: true } },
    }),
    onWeb('DescribeLoadBalancerAttributes'),
    { operation: 'AddTags', input: tagged, on: 'web' },
    { operation: 'RemoveTags', input: tagged, on: 'web' },
    { operation: 'DeleteLoadBalancer', input: { LoadBalancerName: 'spare' }, on: 'spare' },
  ]
}

/** Lists of balancers: with a word that is in the answer of who may see `web`. */
export const lists = [
  { operation: 'DescribeLoadBalancers', input: {}, shows: '"LoadBalancerName":"web"' },
  {
    operation: 'DescribeLoadBalancers',
    input: { LoadBalancerNames: ['web', 'spare'] },
    shows: '"LoadBalancerName":"web"',
  },
  { operation: 'DescribeTags', input: {}, shows: '"LoadBalancerName":"web"' },
] as const

/** Whatever they are allowed on. */
export const wholeLists = ['DescribeLoadBalancerPolicyTypes', 'DescribeAccountLimits'] as const
