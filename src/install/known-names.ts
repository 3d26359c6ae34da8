// SPDX-License-Identifier: BSD-2-Clause
// IDs and names that the embedded cloud knows, for somebody who is about to type one. A cloud elsewhere is not asked: a
// shell would stand still meanwhile. Nobody wants to read errors here either, so what cannot be told is not.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../cli/context'
import type { Clients } from '../clients'

type Names = Promise<readonly (string | undefined)[]>

const of =
  <Name extends keyof Clients>(service: Name, ask: (client: Clients[Name]) => Names) =>
  async (context: Context): Names =>
    ask(await context.client(service))

const imagesOf = (type: string) =>
  of('ec2', async ec2 =>
    ((await ec2.describeImages({ Filters: [{ Name: 'image-type', Values: [type] }] })).Images ?? []).map(
      one => one.ImageId,
    ),
  )

const internetGateways = of('ec2', async ec2 =>
  ((await ec2.describeInternetGateways()).InternetGateways ?? []).map(one => one.InternetGatewayId),
)

const natGateways = of('ec2', async ec2 =>
  ((await ec2.describeNatGateways()).NatGateways ?? []).map(one => one.NatGatewayId),
)

const vpnGateways = of('ec2', async ec2 =>
  ((await ec2.describeVpnGateways()).VpnGateways ?? []).map(one => one.VpnGatewayId),
)

/** Of VPCs. */
const networks: Readonly<Record<string, (context: Context) => Names>> = {
  'acl-associations': of('ec2', async ec2 =>
    ((await ec2.describeNetworkAcls()).NetworkAcls ?? []).flatMap(({ Associations = [] }) =>
      Associations.map(one => one.NetworkAclAssociationId),
    ),
  ),
  allocations: of('ec2', async ec2 =>
    ((await ec2.describeAddresses()).Addresses ?? []).map(one => one.AllocationId),
  ),
  attachments: of('ec2', async ec2 =>
    ((await ec2.describeNetworkInterfaces()).NetworkInterfaces ?? []).map(
      one => one.Attachment?.AttachmentId,
    ),
  ),
  'customer-gateways': of('ec2', async ec2 =>
    ((await ec2.describeCustomerGateways()).CustomerGateways ?? []).map(one => one.CustomerGatewayId),
  ),
  // What a route leads to.
  gateways: async context =>
    (await Promise.all([internetGateways, natGateways, vpnGateways].map(ask => ask(context)))).flat(),
  interfaces: of('ec2', async ec2 =>
    ((await ec2.describeNetworkInterfaces()).NetworkInterfaces ?? []).map(one => one.NetworkInterfaceId),
  ),
  'internet-gateways': internetGateways,
  'nat-gateways': natGateways,
  'network-acls': of('ec2', async ec2 =>
    ((await ec2.describeNetworkAcls()).NetworkAcls ?? []).map(one => one.NetworkAclId),
  ),
  peerings: of('ec2', async ec2 =>
    ((await ec2.describeVpcPeeringConnections()).VpcPeeringConnections ?? []).map(
      one => one.VpcPeeringConnectionId,
    ),
  ),
  'route-associations': of('ec2', async ec2 =>
    ((await ec2.describeRouteTables()).RouteTables ?? []).flatMap(({ Associations = [] }) =>
      Associations.map(one => one.RouteTableAssociationId),
    ),
  ),
  'route-tables': of('ec2', async ec2 =>
    ((await ec2.describeRouteTables()).RouteTables ?? []).map(one => one.RouteTableId),
  ),
  subnets: of('ec2', async ec2 => ((await ec2.describeSubnets()).Subnets ?? []).map(one => one.SubnetId)),
  vpcs: of('ec2', async ec2 => ((await ec2.describeVpcs()).Vpcs ?? []).map(one => one.VpcId)),
  'vpn-connections': of('ec2', async ec2 =>
    ((await ec2.describeVpnConnections()).VpnConnections ?? []).map(one => one.VpnConnectionId),
  ),
  'vpn-gateways': vpnGateways,
}

/** What `mallee complete` lists, by name. */
const lists: Readonly<Record<string, (context: Context) => Names>> = {
  ...networks,
  addresses: of(
    'ec2',
    async ec2 => (await ec2.describeAddresses()).Addresses?.map(one => one.PublicIp) ?? [],
  ),
  alarms: of('monitoring', async monitoring =>
    ((await monitoring.describeAlarms()).MetricAlarms ?? []).map(one => one.AlarmName),
  ),
  balancers: of('elasticloadbalancing', async elb =>
    ((await elb.describeLoadBalancers()).LoadBalancerDescriptions ?? []).map(one => one.LoadBalancerName),
  ),
  'dhcp-options': of('ec2', async ec2 =>
    ((await ec2.describeDhcpOptions()).DhcpOptions ?? []).map(one => one.DhcpOptionsId),
  ),
  groups: of('ec2', async ec2 =>
    ((await ec2.describeSecurityGroups()).SecurityGroups ?? []).flatMap(one => [one.GroupName, one.GroupId]),
  ),
  'iam-groups': of('iam', async iam => ((await iam.listGroups()).Groups ?? []).map(one => one.GroupName)),
  images: of('ec2', async ec2 => ((await ec2.describeImages()).Images ?? []).map(one => one.ImageId)),
  instances: of('ec2', async ec2 =>
    ((await ec2.describeInstances()).Reservations ?? []).flatMap(({ Instances = [] }) =>
      Instances.map(one => one.InstanceId),
    ),
  ),
  kernels: imagesOf('kernel'),
  'key-pairs': of('ec2', async ec2 =>
    ((await ec2.describeKeyPairs()).KeyPairs ?? []).map(one => one.KeyName),
  ),
  'launch-configurations': of('autoscaling', async scaling =>
    ((await scaling.describeLaunchConfigurations()).LaunchConfigurations ?? []).map(
      one => one.LaunchConfigurationName,
    ),
  ),
  ramdisks: imagesOf('ramdisk'),
  roles: of('iam', async iam => ((await iam.listRoles()).Roles ?? []).map(one => one.RoleName)),
  'scaling-groups': of('autoscaling', async scaling =>
    ((await scaling.describeAutoScalingGroups()).AutoScalingGroups ?? []).map(
      one => one.AutoScalingGroupName,
    ),
  ),
  snapshots: of('ec2', async ec2 =>
    ((await ec2.describeSnapshots({ OwnerIds: ['self'] })).Snapshots ?? []).map(one => one.SnapshotId),
  ),
  stacks: of('cloudformation', async cloudformation =>
    ((await cloudformation.describeStacks()).Stacks ?? []).map(one => one.StackName),
  ),
  users: of('iam', async iam => ((await iam.listUsers()).Users ?? []).map(one => one.UserName)),
  volumes: of('ec2', async ec2 => ((await ec2.describeVolumes()).Volumes ?? []).map(one => one.VolumeId)),
  zones: of('ec2', async ec2 =>
    ((await ec2.describeAvailabilityZones()).AvailabilityZones ?? []).map(one => one.ZoneName),
  ),
}

export const listNames = Object.keys(lists)

/** How long somebody may be kept who pressed a key. */
const patienceSeconds = 2

/** The names of a list, sorted; none when there is no embedded cloud, or anything else is the matter. */
export const knownNames = async (context: Context, list: string): Promise<string[]> => {
  const ask = Object.hasOwn(lists, list) ? lists[list] : undefined
  const enough = new AbortController()
  try {
    const { mode, malleeHome } = await context.settings()
    // Looking must not make a cloud.
    if (!ask || mode !== 'embedded' || !existsSync(join(malleeHome, 'records'))) return []
    const late = delay(patienceSeconds * 1000, [], { signal: enough.signal }).catch(() => [])
    const names = await Promise.race([ask(context), late])
    return [...new Set(names.flatMap(name => name ?? []))].sort()
  } catch {
    return []
  } finally {
    enough.abort()
  }
}
