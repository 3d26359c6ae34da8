// SPDX-License-Identifier: BSD-2-Clause
// What is somebody's of networks, for the suites that try every operation: what each asks of policies, and what a stranger
// gets to know. The records are written as they are, so that the cloud may be a classic one.
import { emptyLists } from '../../../../src/engine/ec2/vpc/empty-lists'
import { defaultDhcpOptions, makeSubnet, makeVpc } from '../../../../src/engine/ec2/vpc/foundation'
import { freshIds } from '../../../../src/engine/ec2/vpc/fresh-ids'
import { attachInterface, makeInterface } from '../../../../src/engine/ec2/vpc/interface-records'
import type { Clients, Cloud } from '../../../support/cloud'
import { gatewayCases, gatewayLists, gatewaysOfNobody, haveGateways } from './gateway-cases'
import { haveRouting, routingCases, routingLists } from './routing-cases'

/** An instance that need not be there. */
const instanceId = 'i-00000aaa'

/** One of each. */
export const haveNetworks = (c: Cloud, { accountId: account }: Clients) =>
  c.engine.write(tx => {
    const id = freshIds(tx)
    const made = { account, createdAt: tx.now }
    const dhcpOptions = defaultDhcpOptions(tx, account).id
    const wanted = { account, cidr: '10.0.0.0/16', tenancy: 'default', isDefault: false } as const
    const { id: vpc } = makeVpc(tx, { ...wanted, dhcpOptionsId: dhcpOptions }, id)
    const inZone = { account, vpcId: vpc, zone: 'PARTI00', isDefault: false, mapPublicIp: false }
    const home = makeSubnet(tx, { ...inZone, cidr: '10.0.0.0/24' }, id)
    const { id: subnet } = home
    const { id: internetGateway } = tx.internetGateways.put({ ...made, id: id('igw'), vpcId: vpc })
    const { id: networkInterface } = makeInterface(tx, { subnet: home, groupIds: [] })
    const other = makeInterface(tx, { subnet: home, groupIds: [] })
    const on = { instanceId, deviceIndex: 1, deleteOnTermination: false }
    const attached = attachInterface(tx, other, on)
    const interfaceAttachment = attached.attachment?.id ?? ''
    const attachedInterface = other.id
    const elastic = id('eipalloc')
    const elasticAssociation = id('eipassoc')
    tx.addresses.put({
      ...{ account, ip: `198.18.15.${tx.addresses.list().length + 1}`, kind: 'elastic', allocatedAt: tx.now },
      ...{ allocationId: elastic, associationId: elasticAssociation },
      ...{ interfaceId: attachedInterface, privateIp: other.privateIps[0] ?? '' },
    })
    return {
      ...{ vpc, subnet, dhcpOptions, internetGateway },
      ...{ networkInterface, attachedInterface, interfaceAttachment, elastic, elasticAssociation },
      ...haveGateways(tx, account, vpc, id),
      ...haveRouting(tx, { account, vpc, subnet }, id),
    }
  })

export type NetworkThings = ReturnType<typeof haveNetworks>

type Arn = (type: string, id?: string) => string

type Attempt = readonly [string, object]

const addressCases = (
  { networkInterface, elastic, elasticAssociation }: NetworkThings,
  arn: Arn,
): readonly (readonly [string, object, ...string[]])[] => {
  const onAddress = arn('elastic-ip', elastic)
  const AllocationId = elastic
  return [
    ['AllocateAddress', { Domain: 'vpc' }, arn('elastic-ip')],
    ['AssociateAddress', { AllocationId, InstanceId: instanceId }, onAddress, arn('instance', instanceId)],
    [
      'AssociateAddress',
      { AllocationId, NetworkInterfaceId: networkInterface },
      ...[onAddress, arn('network-interface', networkInterface)],
    ],
    ['DisassociateAddress', { AssociationId: elasticAssociation }, onAddress],
    ['ReleaseAddress', { AllocationId }, onAddress],
  ]
}

const interfaceCases = (
  { subnet, networkInterface: eni, attachedInterface, interfaceAttachment }: NetworkThings,
  arn: Arn,
): readonly (readonly [string, object, ...string[]])[] => {
  const NetworkInterfaceId = eni
  const onInterface = arn('network-interface', eni)
  const onInstance = arn('instance', instanceId)
  const groups = { Groups: ['sg-00000aaa'] }
  const onGroup = arn('security-group', 'sg-00000aaa')
  return [
    ['CreateNetworkInterface', { SubnetId: subnet }, arn('network-interface'), arn('subnet', subnet)],
    [
      'CreateNetworkInterface',
      { SubnetId: subnet, ...groups },
      ...[arn('network-interface'), arn('subnet', subnet), onGroup],
    ],
    ['DeleteNetworkInterface', { NetworkInterfaceId }, onInterface],
    [
      'AttachNetworkInterface',
      { NetworkInterfaceId, InstanceId: instanceId, DeviceIndex: 1 },
      ...[onInterface, onInstance],
    ],
    [
      'DetachNetworkInterface',
      { AttachmentId: interfaceAttachment },
      ...[arn('network-interface', attachedInterface), onInstance],
    ],
    ['DescribeNetworkInterfaceAttribute', { NetworkInterfaceId, Attribute: 'description' }, onInterface],
    ['ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, Description: { Value: 'x' } }, onInterface],
    ['ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, ...groups }, onInterface, onGroup],
    ['ResetNetworkInterfaceAttribute', { NetworkInterfaceId, SourceDestCheck: 'true' }, onInterface],
    ['AssignPrivateIpAddresses', { NetworkInterfaceId, SecondaryPrivateIpAddressCount: 1 }, onInterface],
    ['UnassignPrivateIpAddresses', { NetworkInterfaceId, PrivateIpAddresses: ['10.0.0.9'] }, onInterface],
  ]
}

/** The block that a VPC was made with. */
const blockOf = (vpc: string): string => vpc.replace('vpc-', 'vpc-cidr-assoc-')

/** Operations with a request, and the things that its own action is asked for. */
export const networkCases = (
  things: NetworkThings,
  arn: Arn,
): readonly (readonly [string, object, ...string[]])[] => {
  const { vpc, subnet, dhcpOptions } = things
  const onVpc = arn('vpc', vpc)
  const onSubnet = arn('subnet', subnet)
  const onDhcp = arn('dhcp-options', dhcpOptions)
  return [
    ['CreateVpc', { CidrBlock: '10.1.0.0/16' }, arn('vpc')],
    ['CreateDefaultVpc', {}, arn('vpc')],
    ['DeleteVpc', { VpcId: vpc }, onVpc],
    ['DescribeVpcAttribute', { VpcId: vpc, Attribute: 'enableDnsSupport' }, onVpc],
    ['ModifyVpcAttribute', { VpcId: vpc, EnableDnsSupport: { Value: false } }, onVpc],
    ['ModifyVpcTenancy', { VpcId: vpc, InstanceTenancy: 'default' }, onVpc],
    ['AssociateVpcCidrBlock', { VpcId: vpc, CidrBlock: '10.8.0.0/16' }, onVpc],
    ['DisassociateVpcCidrBlock', { AssociationId: blockOf(vpc) }, onVpc],
    ['CreateSubnet', { VpcId: vpc, CidrBlock: '10.0.1.0/24' }, arn('subnet'), onVpc],
    ['CreateDefaultSubnet', { AvailabilityZone: 'PARTI00' }, arn('subnet')],
    ['DeleteSubnet', { SubnetId: subnet }, onSubnet],
    ['ModifySubnetAttribute', { SubnetId: subnet, MapPublicIpOnLaunch: { Value: true } }, onSubnet],
    [
      'CreateDhcpOptions',
      { DhcpConfigurations: [{ Key: 'domain-name', Values: ['hers.test'] }] },
      arn('dhcp-options'),
    ],
    ['AssociateDhcpOptions', { DhcpOptionsId: dhcpOptions, VpcId: vpc }, onDhcp, onVpc],
    ['DeleteDhcpOptions', { DhcpOptionsId: dhcpOptions }, onDhcp],
    ...interfaceCases(things, arn),
    ...addressCases(things, arn),
    ...gatewayCases(things, arn),
    ...routingCases(things, arn),
  ]
}

/** Lists: what is in them, by which ARN it may be seen, how it is asked for by name, and what is said when it is not there. */
export const networkLists = (
  { vpc, subnet, dhcpOptions, networkInterface, elastic, ...things }: NetworkThings,
  arn: Arn,
): readonly (readonly [operation: string, shows: string, by: string, named: object, unknown: string])[] => [
  ...gatewayLists(things, arn),
  ...routingLists(things, arn),
  ['DescribeVpcs', vpc, arn('vpc', vpc), { VpcIds: [vpc] }, 'InvalidVpcID.NotFound'],
  ...['DescribeVpcClassicLink', 'DescribeVpcClassicLinkDnsSupport'].map(
    operation => [operation, vpc, arn('vpc', vpc), { VpcIds: [vpc] }, 'InvalidVpcID.NotFound'] as const,
  ),
  ['DescribeSubnets', subnet, arn('subnet', subnet), { SubnetIds: [subnet] }, 'InvalidSubnetID.NotFound'],
  [
    'DescribeDhcpOptions',
    dhcpOptions,
    arn('dhcp-options', dhcpOptions),
    { DhcpOptionsIds: [dhcpOptions] },
    'InvalidDhcpOptionID.NotFound',
  ],
  [
    'DescribeNetworkInterfaces',
    networkInterface,
    arn('network-interface', networkInterface),
    { NetworkInterfaceIds: [networkInterface] },
    'InvalidNetworkInterfaceID.NotFound',
  ],
  [
    'DescribeAddresses',
    elastic,
    arn('elastic-ip', elastic),
    { AllocationIds: [elastic] },
    'InvalidAllocationID.NotFound',
  ],
  [
    'DescribeAddressesAttribute',
    elastic,
    arn('elastic-ip', elastic),
    { AllocationIds: [elastic] },
    'InvalidAllocationID.NotFound',
  ],
]

/** What a stranger tries with what is somebody's, all of which is refused. */
export const networkAttempts = (things: NetworkThings, own: NetworkThings): readonly Attempt[] => {
  const { vpc, subnet, dhcpOptions } = things
  return [
    ...networkCases(things, () => '')
      .filter(([, input]) => Object.values(things).some(id => JSON.stringify(input).includes(id)))
      .map(([operation, input]): Attempt => [operation, input]),
    ['DisassociateVpcCidrBlock', { AssociationId: blockOf(vpc) }],
    ['DescribeVpcs', { VpcIds: [vpc] }],
    ['DescribeSubnets', { SubnetIds: [subnet] }],
    ['DescribeDhcpOptions', { DhcpOptionsIds: [dhcpOptions] }],
    ['DescribeNetworkInterfaces', { NetworkInterfaceIds: [things.networkInterface] }],
    ['DescribeAddresses', { AllocationIds: [things.elastic] }],
    ['DescribeAddressesAttribute', { AllocationIds: [things.elastic] }],
    ['DescribeVpcClassicLink', { VpcIds: [vpc] }],
    ['DescribeVpcClassicLinkDnsSupport', { VpcIds: [vpc] }],
    ...[...gatewayLists(things, () => ''), ...routingLists(things, () => '')].map(
      ([operation, , , named]): Attempt => [operation, named],
    ),
    ['AssociateDhcpOptions', { DhcpOptionsId: dhcpOptions, VpcId: own.vpc }],
    ['AssociateDhcpOptions', { DhcpOptionsId: own.dhcpOptions, VpcId: vpc }],
    ...Object.values(things).map(
      (id): Attempt => ['CreateTags', { Resources: [id], Tags: [{ Key: 'mine', Value: 'true' }] }],
    ),
  ]
}

/** Lists without names, in which nothing of it is to be seen. */
export const networkListings = [
  'DescribeVpcs',
  ...['DescribeVpcClassicLink', 'DescribeVpcClassicLinkDnsSupport', 'DescribeAddressesAttribute'],
  'DescribeSubnets',
  'DescribeDhcpOptions',
  'DescribeNetworkInterfaces',
  'DescribeNetworkAcls',
  'DescribeVpcPeeringConnections',
  'DescribeCustomerGateways',
  'DescribeVpnGateways',
  'DescribeVpnConnections',
  'DescribeRouteTables',
  'DescribeInternetGateways',
  'DescribeNatGateways',
].map((operation): Attempt => [operation, {}])

/** Lists of what there is none of. */
export const emptyListCases = Object.keys(emptyLists).map(operation => [operation, {}, '*'] as const)

/** What says nothing of anybody's. */
export const networksOfNobody = [
  ...['CreateVpc', 'CreateDefaultVpc', 'CreateDefaultSubnet', 'CreateDhcpOptions'],
  ...gatewaysOfNobody,
  'CreateInternetGateway',
  ...Object.keys(emptyLists),
]
