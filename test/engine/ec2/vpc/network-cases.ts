// SPDX-License-Identifier: BSD-2-Clause
// What is somebody's of networks, for the suites that try every operation: what each asks of policies, and what a stranger
// gets to know. The records are written as they are, so that the cloud may be a classic one.
import { defaultDhcpOptions, makeSubnet, makeVpc } from '../../../../src/engine/ec2/vpc/foundation'
import { freshIds } from '../../../../src/engine/ec2/vpc/fresh-ids'
import type { Clients, Cloud } from '../../../support/cloud'

/** One of each. */
export const haveNetworks = (c: Cloud, { accountId: account }: Clients) =>
  c.engine.write(tx => {
    const id = freshIds(tx)
    const made = { account, createdAt: tx.now }
    const dhcpOptions = defaultDhcpOptions(tx, account).id
    const wanted = { account, cidr: '10.0.0.0/16', tenancy: 'default', isDefault: false } as const
    const { id: vpc } = makeVpc(tx, { ...wanted, dhcpOptionsId: dhcpOptions }, id)
    const inZone = { account, vpcId: vpc, zone: 'PARTI00', isDefault: false, mapPublicIp: false }
    const { id: subnet } = makeSubnet(tx, { ...inZone, cidr: '10.0.0.0/24' }, id)
    const { id: internetGateway } = tx.internetGateways.put({ ...made, id: id('igw'), vpcId: vpc })
    return { vpc, subnet, dhcpOptions, internetGateway }
  })

export type NetworkThings = ReturnType<typeof haveNetworks>

type Arn = (type: string, id?: string) => string

type Attempt = readonly [string, object]

/** Operations with a request, and the things that its own action is asked for. */
export const networkCases = (
  { vpc, subnet, dhcpOptions }: NetworkThings,
  arn: Arn,
): readonly (readonly [string, object, ...string[]])[] => {
  const onVpc = arn('vpc', vpc)
  const onSubnet = arn('subnet', subnet)
  const onDhcp = arn('dhcp-options', dhcpOptions)
  return [
    ['CreateVpc', { CidrBlock: '10.1.0.0/16' }, arn('vpc')],
    ['CreateDefaultVpc', {}, arn('vpc')],
    ['DeleteVpc', { VpcId: vpc }, onVpc],
    ['DescribeVpcAttribute', { VpcId: vpc, Attribute: 'enableDnsSupport' }, onVpc],
    ['ModifyVpcAttribute', { VpcId: vpc, EnableDnsSupport: { Value: false } }, onVpc],
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
  ]
}

/** Lists: what is in them, by which ARN it may be seen, how it is asked for by name, and what is said when it is not there. */
export const networkLists = (
  { vpc, subnet, dhcpOptions }: NetworkThings,
  arn: Arn,
): readonly (readonly [operation: string, shows: string, by: string, named: object, unknown: string])[] => [
  ['DescribeVpcs', vpc, arn('vpc', vpc), { VpcIds: [vpc] }, 'InvalidVpcID.NotFound'],
  ['DescribeSubnets', subnet, arn('subnet', subnet), { SubnetIds: [subnet] }, 'InvalidSubnetID.NotFound'],
  [
    'DescribeDhcpOptions',
    dhcpOptions,
    arn('dhcp-options', dhcpOptions),
    { DhcpOptionsIds: [dhcpOptions] },
    'InvalidDhcpOptionID.NotFound',
  ],
]

/** What a stranger tries with what is somebody's, all of which is refused. */
export const networkAttempts = (things: NetworkThings, own: NetworkThings): readonly Attempt[] => {
  const { vpc, subnet, dhcpOptions } = things
  return [
    ...networkCases(things, () => '')
      .filter(([, input]) => Object.values(things).some(id => JSON.stringify(input).includes(id)))
      .map(([operation, input]): Attempt => [operation, input]),
    ['DescribeVpcs', { VpcIds: [vpc] }],
    ['DescribeSubnets', { SubnetIds: [subnet] }],
    ['DescribeDhcpOptions', { DhcpOptionsIds: [dhcpOptions] }],
    ['AssociateDhcpOptions', { DhcpOptionsId: dhcpOptions, VpcId: own.vpc }],
    ['AssociateDhcpOptions', { DhcpOptionsId: own.dhcpOptions, VpcId: vpc }],
    ...Object.values(things).map(
      (id): Attempt => ['CreateTags', { Resources: [id], Tags: [{ Key: 'mine', Value: 'true' }] }],
    ),
  ]
}

/** Lists without names, in which nothing of it is to be seen. */
export const networkListings = ['DescribeVpcs', 'DescribeSubnets', 'DescribeDhcpOptions'].map(
  (operation): Attempt => [operation, {}],
)

/** What says nothing of anybody's. */
export const networksOfNobody = ['CreateVpc', 'CreateDefaultVpc', 'CreateDefaultSubnet', 'CreateDhcpOptions']
