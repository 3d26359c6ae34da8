// SPDX-License-Identifier: BSD-2-Clause
// What comes into being with a VPC, and the default VPC that every account begins with.
//
// The ids of a default VPC and of what belongs to it derive from the account, so that the chance that others draw from is
// the same with and without it.
import { createHash } from 'node:crypto'
import type { Tx } from '../../operation'
import type { DhcpOptions, Subnet, Vpc } from '../schema/vpc'
import { defaultGroupId, defaultGroupName } from '../security-group-records'
import { zoneNames } from '../zones'

/** AWS'. Every account has the same: the networks of accounts do not know of each other. */
const defaultCidr = '172.31.0.0/16'
const defaultSubnetBits = 20

/** Makes an id of this prefix; `what` tells apart those that are made together. */
export type MakeId = (prefix: string, what?: string) => string

const derivedIds =
  (account: string): MakeId =>
  (prefix, what = '') =>
    `${prefix}-${createHash('sha256').update(`default ${prefix} ${what} of ${account}`).digest('hex').slice(0, 8)}`

export type VpcToMake = Pick<Vpc, 'account' | 'cidr' | 'tenancy' | 'isDefault' | 'dhcpOptionsId'> &
  Partial<Pick<Vpc, 'createdBy'>>

/** A VPC with its main route table, its default network ACL and its group `default`. Everything was checked. */
export const makeVpc = (tx: Tx, wanted: VpcToMake, id: MakeId): Vpc => {
  const made = {
    account: wanted.account,
    ...(wanted.createdBy && { createdBy: wanted.createdBy }),
    createdAt: tx.now,
  }
  const vpc = tx.vpcs.put({
    ...wanted,
    createdAt: tx.now,
    id: id('vpc'),
    dnsSupport: true,
    dnsHostnames: wanted.isDefault,
  })
  tx.routeTables.put({
    ...made,
    id: id('rtb'),
    vpcId: vpc.id,
    routes: [{ cidr: vpc.cidr, gatewayId: 'local', origin: 'CreateRouteTable' }],
    associations: [{ id: id('rtbassoc') }],
    propagating: [],
  })
  const everything = { number: 100, protocol: '-1', isAllowed: true, cidr: '0.0.0.0/0' }
  tx.networkAcls.put({
    ...made,
    id: id('acl'),
    vpcId: vpc.id,
    isDefault: true,
    entries: [
      { ...everything, isEgress: false },
      { ...everything, isEgress: true },
    ],
    associations: [],
  })
  const groupId = wanted.isDefault ? defaultGroupId(wanted.account) : id('sg')
  tx.securityGroups.put({
    account: wanted.account,
    id: groupId,
    name: defaultGroupName,
    description: 'default VPC security group',
    vpcId: vpc.id,
    rules: [
      {
        id: id('sgr', 'in'),
        protocol: '-1',
        source: { groupId, groupName: defaultGroupName, account: wanted.account },
      },
    ],
    egress: [{ id: id('sgr', 'out'), protocol: '-1', source: { cidr: '0.0.0.0/0' } }],
  })
  return vpc
}

/** A subnet, in its VPC's default network ACL. */
export const makeSubnet = (tx: Tx, wanted: Omit<Subnet, 'createdAt' | 'id'>, id: MakeId): Subnet => {
  const subnet = tx.subnets.put({ ...wanted, createdAt: tx.now, id: id('subnet', wanted.zone) })
  const acl = tx.networkAcls.list().find(({ vpcId, isDefault }) => vpcId === wanted.vpcId && isDefault)
  if (!acl) throw new Error(`the VPC ${wanted.vpcId} has no default network ACL`)
  tx.networkAcls.put({
    ...acl,
    associations: [...acl.associations, { id: id('aclassoc', wanted.zone), subnetId: subnet.id }],
  })
  return subnet
}

/** `172.31.0.0/20`, `172.31.16.0/20` and so on, one a zone. */
const defaultSubnetCidr = (index: number): string =>
  `172.31.${index * 2 ** (24 - defaultSubnetBits)}.0/${defaultSubnetBits}`

/** The blocks that default subnets can have, in the order in which they are given. */
export const defaultSubnetCidrs = (): readonly string[] =>
  Array.from({ length: 2 ** (defaultSubnetBits - 16) }, (_, index) => defaultSubnetCidr(index))

/** The set of DHCP options that an account's VPCs begin with. It is made anew where it was deleted. */
export const defaultDhcpOptions = (tx: Tx, account: string): DhcpOptions => {
  const id = derivedIds(account)('dopt')
  return (
    tx.dhcpOptions.get(id) ??
    tx.dhcpOptions.put({
      account,
      createdAt: tx.now,
      id,
      options: [
        { key: 'domain-name', values: ['eucalyptus.internal'] },
        { key: 'domain-name-servers', values: ['AmazonProvidedDNS'] },
      ],
    })
  )
}

/**
 * The default VPC: a subnet in each zone, whose instances get public addresses, an internet gateway and the route to it.
 * `freshIds` is for an account that makes a new one instead of the one it had.
 */
export const makeDefaultVpc = (tx: Tx, account: string, freshIds?: MakeId): Vpc => {
  const id = freshIds ?? derivedIds(account)
  const dhcp = defaultDhcpOptions(tx, account)
  const vpc = makeVpc(
    tx,
    { account, cidr: defaultCidr, tenancy: 'default', isDefault: true, dhcpOptionsId: dhcp.id },
    id,
  )
  for (const [index, zone] of zoneNames.entries()) {
    const subnet = {
      account,
      vpcId: vpc.id,
      zone,
      cidr: defaultSubnetCidr(index),
      isDefault: true,
      mapPublicIp: true,
    }
    makeSubnet(tx, subnet, id)
  }
  const gateway = tx.internetGateways.put({ account, createdAt: tx.now, id: id('igw'), vpcId: vpc.id })
  const main = mainRouteTable(tx, vpc.id)
  tx.routeTables.put({
    ...main,
    routes: [...main.routes, { cidr: '0.0.0.0/0', gatewayId: gateway.id, origin: 'CreateRoute' }],
  })
  return vpc
}

/** The route table of all subnets that have none of their own. */
export const mainRouteTable = (tx: Tx, vpcId: string) => {
  const found = tx.routeTables
    .list()
    .find(one => one.vpcId === vpcId && one.associations.some(({ subnetId }) => subnetId === undefined))
  if (!found) throw new Error(`the VPC ${vpcId} has no main route table`)
  return found
}

/** The account's default VPC, if it has one. */
export const defaultVpc = (tx: Tx, account = tx.caller.account): Vpc | undefined =>
  tx.vpcs.list().find(vpc => vpc.account === account && vpc.isDefault)
