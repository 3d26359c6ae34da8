// SPDX-License-Identifier: BSD-2-Clause
import type {
  BackendServerDescription,
  HealthCheck,
  Instance,
  InstanceState,
  ListenerDescription,
  LoadBalancerDescription,
  Policies,
} from '@aws-sdk/client-elastic-load-balancing'
import { joined, type Row, text } from './cell'

/** `{a,b}`, or nothing where there is nothing. */
const braced = (parts: readonly string[] | undefined): string =>
  parts === undefined || parts.length === 0 ? '' : `{${parts.join(',')}}`

/** `name=value` of those that have one. */
const pairs = (values: Readonly<Record<string, string | number | undefined>>): string[] =>
  Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name}=${value}`],
  )

/** The same where what is absent is said to be. */
const wholePairs = (values: Readonly<Record<string, string | number | undefined>>): string =>
  braced(Object.entries(values).map(([name, value]) => `${name}=${value ?? 'None'}`))

const checkCell = (check: HealthCheck | undefined): string =>
  braced(
    pairs({
      interval: check?.Interval,
      target: check?.Target,
      timeout: check?.Timeout,
      'healthy-threshold': check?.HealthyThreshold,
      'unhealthy-threshold': check?.UnhealthyThreshold,
    }),
  )

const listenerCell = ({ Listener, PolicyNames = [] }: ListenerDescription): string =>
  `{${[
    ...pairs({
      protocol: Listener?.Protocol,
      'lb-port': Listener?.LoadBalancerPort,
      'instance-protocol': Listener?.InstanceProtocol,
      'instance-port': Listener?.InstancePort,
      'cert-id': Listener?.SSLCertificateId,
    }),
    ...(PolicyNames.length > 0 ? [braced(PolicyNames)] : []),
  ].join(',')}}`

const backendCell = ({ InstancePort, PolicyNames }: BackendServerDescription): string =>
  `{${[
    ...pairs({ 'instance-port': InstancePort }),
    ...(PolicyNames ? [`policies={${PolicyNames.join(',')}}`] : []),
  ].join(',')}}`

const applicationCookies = ({ AppCookieStickinessPolicies = [] }: Policies): string =>
  AppCookieStickinessPolicies.map(({ PolicyName, CookieName }) =>
    wholePairs({ 'policy-name': PolicyName, 'cookie-name': CookieName }),
  ).join(',')

const balancerCookies = ({ LBCookieStickinessPolicies = [] }: Policies): string =>
  LBCookieStickinessPolicies.map(({ PolicyName, CookieExpirationPeriod }) =>
    wholePairs({ 'policy-name': PolicyName, 'expiration-period': CookieExpirationPeriod }),
  ).join(',')

const sourceGroupCell = ({ SourceSecurityGroup: group }: LoadBalancerDescription): string =>
  group?.OwnerAlias || group?.GroupName
    ? wholePairs({ 'owner-alias': group.OwnerAlias, 'group-name': group.GroupName })
    : ''

const longCells = (one: LoadBalancerDescription): (string | undefined)[] => [
  one.CanonicalHostedZoneName,
  one.CanonicalHostedZoneNameID,
  checkCell(one.HealthCheck),
  joined(',', one.AvailabilityZones),
  joined(',', one.Subnets),
  one.VPCId,
  joined(
    ',',
    one.Instances?.map(({ InstanceId }) => InstanceId),
  ),
  joined(',', one.ListenerDescriptions?.map(listenerCell)),
  joined(',', one.BackendServerDescriptions?.map(backendCell)),
  applicationCookies(one.Policies ?? {}),
  balancerCookies(one.Policies ?? {}),
  braced(one.Policies?.OtherPolicies),
  sourceGroupCell(one),
  braced(one.SecurityGroups),
]

export const balancerRows = (
  balancers: readonly LoadBalancerDescription[] | undefined,
  isLong: boolean,
): Row[] =>
  (balancers ?? []).map(one => [
    'LOAD_BALANCER',
    one.LoadBalancerName,
    one.DNSName,
    ...(isLong ? longCells(one) : []),
    text(one.CreatedTime),
    one.Scheme,
  ])

export const dnsNameRow = (name: string | undefined): Row => ['DNS_NAME', name]

export const healthCheckRow = (check: HealthCheck | undefined): Row => [
  'HEALTH_CHECK',
  check?.Target,
  check?.Interval,
  check?.Timeout,
  check?.HealthyThreshold,
  check?.UnhealthyThreshold,
]

export const registeredRows = (instances: readonly Instance[] | undefined): Row[] =>
  (instances ?? []).map(({ InstanceId }) => ['INSTANCE', InstanceId])

export const instanceHealthRows = (states: readonly InstanceState[] | undefined, isLong: boolean): Row[] =>
  (states ?? []).map(({ InstanceId, State, Description, ReasonCode }) => [
    'INSTANCE',
    InstanceId,
    State,
    ...(isLong ? [Description, ReasonCode] : []),
  ])

type Names = readonly string[] | undefined

export const securityGroupsRow = (groups: Names): Row => ['SECURITY_GROUPS', joined(', ', groups)]
export const zonesRow = (zones: Names): Row => ['AVAILABILITY_ZONES', joined(', ', zones)]
export const attachedSubnetsRow = (subnets: Names): Row => ['SUBNETS', joined(', ', subnets)]

/** Without the blank, as the original had it. */
export const remainingSubnetsRow = (subnets: Names): Row => ['SUBNETS', joined(',', subnets)]
