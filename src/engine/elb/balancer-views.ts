// SPDX-License-Identifier: BSD-2-Clause
// A load balancer as DescribeLoadBalancers shows it (engine-iam-elb, part 3 §3).
import type {
  ListenerDescription,
  LoadBalancerDescription,
  Policies,
} from '@aws-sdk/client-elastic-load-balancing'
import { groupById } from '../ec2/security-group-records'
import { cloudAccount } from '../iam/accounts'
import type { Tx } from '../operation'
import { balancerKey, dnsNameOf, instancesOf } from './balancers'
import type { BalancerPolicy, HealthCheck, Listener, LoadBalancer } from './schema'
import { sourceGroupAccount, sourceGroupName } from './source-groups'

/** The zone of all balancers' names: Eucalyptus has no ids of zones, and who makes an alias record wants one. */
const hostedZoneId = (tx: Tx): string => `Z${cloudAccount(tx).canonicalId.slice(0, 13).toUpperCase()}`

const listenerView = (listener: Listener): ListenerDescription => ({
  Listener: {
    Protocol: listener.protocol,
    LoadBalancerPort: listener.port,
    InstanceProtocol: listener.instanceProtocol,
    InstancePort: listener.instancePort,
    SSLCertificateId: listener.certificateArn,
  },
  PolicyNames: [...listener.policyNames],
})

export const healthCheckView = (check: HealthCheck) => ({
  Target: check.target,
  Interval: check.interval,
  Timeout: check.timeout,
  UnhealthyThreshold: check.unhealthyThreshold,
  HealthyThreshold: check.healthyThreshold,
})

const attributeOf = ({ attributes }: BalancerPolicy, name: string): string | undefined =>
  attributes.find(attribute => attribute.name === name)?.value

const appCookie = 'AppCookieStickinessPolicyType'
const balancerCookie = 'LBCookieStickinessPolicyType'

const policiesView = (policies: readonly BalancerPolicy[]): Policies => ({
  AppCookieStickinessPolicies: policies
    .filter(({ typeName }) => typeName === appCookie)
    .map(policy => ({ PolicyName: policy.name, CookieName: attributeOf(policy, 'CookieName') })),
  LBCookieStickinessPolicies: policies
    .filter(({ typeName }) => typeName === balancerCookie)
    .map(policy => {
      const period = attributeOf(policy, 'CookieExpirationPeriod')
      return {
        PolicyName: policy.name,
        ...(period !== undefined && { CookieExpirationPeriod: Number(period) }),
      }
    }),
  OtherPolicies: policies
    .filter(({ typeName }) => typeName !== appCookie && typeName !== balancerCookie)
    .map(({ name }) => name),
})

/** In a VPC, the first of its own groups is the one to name in rules. */
const ownGroup = (tx: Tx, { vpcId, groupIds: [first = ''], account }: LoadBalancer) =>
  vpcId === undefined ? undefined : { OwnerAlias: account, GroupName: groupById(tx, first)?.name ?? first }

/** Take it once for a list. */
export const balancerView = (tx: Tx): ((balancer: LoadBalancer) => LoadBalancerDescription) => {
  const [OwnerAlias, CanonicalHostedZoneNameID] = [sourceGroupAccount(tx), hostedZoneId(tx)]
  return balancer => ({
    LoadBalancerName: balancer.name,
    DNSName: dnsNameOf(balancer),
    CanonicalHostedZoneName: dnsNameOf(balancer),
    CanonicalHostedZoneNameID,
    ListenerDescriptions: balancer.listeners.map(listenerView),
    Policies: policiesView(balancer.policies),
    BackendServerDescriptions: balancer.backendPolicies.map(({ instancePort, policyNames }) => ({
      InstancePort: instancePort,
      PolicyNames: [...policyNames],
    })),
    AvailabilityZones: [...balancer.zones],
    Subnets: [...balancer.subnets],
    VPCId: balancer.vpcId,
    Instances: instancesOf(tx, balancerKey(balancer)).map(({ instanceId }) => ({ InstanceId: instanceId })),
    ...(balancer.healthCheck && { HealthCheck: healthCheckView(balancer.healthCheck) }),
    SourceSecurityGroup: ownGroup(tx, balancer) ?? { OwnerAlias, GroupName: sourceGroupName(balancer) },
    SecurityGroups: [...balancer.groupIds],
    CreatedTime: balancer.createdAt,
    Scheme: balancer.scheme,
  })
}
