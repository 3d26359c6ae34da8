// SPDX-License-Identifier: BSD-2-Clause
// Subnets: a block of their VPC's addresses in one zone.
import type {
  CreateDefaultSubnetRequest,
  CreateDefaultSubnetResult,
  CreateSubnetRequest,
  CreateSubnetResult,
  DeleteSubnetRequest,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  ModifySubnetAttributeRequest,
  Subnet as SubnetView,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../../filters'
import type { Operation, Tx } from '../../operation'
import { page } from '../../pages'
import { forgetTags, putTags, specifiedTags, tagFilters, tagIndex } from '../../tags'
import { networkArn } from '../access/networks'
import { type Block, blockOnRecord, overlaps } from '../cidr'
import { madeBy } from '../quotas'
import type { Subnet } from '../schema/vpc'
import { zoneNamed } from '../zones'
import { defaultSubnetCidrs, defaultVpc, makeSubnet } from './foundation'
import { freshIds } from './fresh-ids'
import { kinds, named } from './kinds'
import { checkLimit } from './limits'
import { needVpcs } from './networking'
import { shown } from './remnants'
import { isOfNetworkSize, noIpv6, refuseDependency, refuseGiven, requestedBlock } from './requested'
import { freeCount } from './subnet-addresses'
import { isWithin } from './vpc-blocks'

// ---- CreateSubnet, CreateDefaultSubnet ---------------------------------------------------------------------------

const subnetsOf = (tx: Tx, vpcId: string): readonly Subnet[] =>
  tx.subnets.list().filter(subnet => subnet.vpcId === vpcId)

const isTaken = (subnets: readonly Subnet[], block: Block): boolean =>
  subnets.some(subnet => overlaps(blockOnRecord(subnet.cidr), block))

const absentParts = {
  Ipv6CidrBlock: noIpv6,
  Ipv6Native: noIpv6,
  OutpostArn: 'This cloud has no outposts.',
  Ipv4IpamPoolId: 'This cloud has no pools of address blocks.',
  Ipv6IpamPoolId: 'This cloud has no pools of address blocks.',
  Ipv4NetmaskLength: 'This cloud has no pools of address blocks.',
  Ipv6NetmaskLength: 'This cloud has no pools of address blocks.',
}

export const createSubnet: Operation<CreateSubnetRequest, CreateSubnetResult> = (tx, input) => {
  needVpcs(tx)
  refuseGiven(input, absentParts)
  const { block, cidr } = requestedBlock(input.CidrBlock, 'cidrBlock')
  const vpc = named(tx, kinds.vpc, input.VpcId)
  const zone = zoneNamed(input.AvailabilityZone ?? input.AvailabilityZoneId)
  if (!isOfNetworkSize(block) || !isWithin(vpc, block)) {
    refuse('InvalidSubnet.Range', `The CIDR '${input.CidrBlock}' is invalid.`)
  }
  const others = subnetsOf(tx, vpc.id)
  if (isTaken(others, block)) {
    refuse('InvalidSubnet.Conflict', `The CIDR '${input.CidrBlock}' conflicts with another subnet`)
  }
  const tags = specifiedTags(input.TagSpecifications, 'subnet')
  checkLimit('subnets', others.length)
  const subnet = makeSubnet(
    tx,
    // An administrator's subnet of another account's VPC is that account's.
    { ...madeBy(tx), account: vpc.account, vpcId: vpc.id, zone, cidr, isDefault: false, mapPublicIp: false },
    freshIds(tx),
  )
  putTags(tx, subnet.id, tags, vpc.account)
  return { Subnet: viewOf(tx)(subnet) }
}

/** For who deleted the one that he had. */
export const createDefaultSubnet: Operation<CreateDefaultSubnetRequest, CreateDefaultSubnetResult> = (
  tx,
  input,
) => {
  needVpcs(tx)
  refuseGiven(input, absentParts)
  const name = input.AvailabilityZone ?? input.AvailabilityZoneId
  if (!name) refuse('MissingParameter', 'The request must contain the parameter availabilityZone')
  const zone = zoneNamed(name)
  const vpc = defaultVpc(tx)
  if (!vpc) {
    return refuse(
      'DefaultVpcDoesNotExist',
      'There is no default VPC in which to carry out the operation. If you have deleted your default VPC, you can create a new one.',
    )
  }
  const others = subnetsOf(tx, vpc.id)
  if (others.some(subnet => subnet.isDefault && subnet.zone === zone)) {
    refuse(
      'DefaultSubnetAlreadyExistsInAvailabilityZone',
      `A default subnet already exists in the specified Availability Zone (${zone}).`,
    )
  }
  checkLimit('subnets', others.length)
  const cidr = defaultSubnetCidrs().find(text => !isTaken(others, blockOnRecord(text)))
  if (!cidr) return refuse('InvalidSubnet.Conflict', 'The default VPC has no block left for a default subnet')
  const subnet = makeSubnet(
    tx,
    { ...madeBy(tx), vpcId: vpc.id, zone, cidr, isDefault: true, mapPublicIp: true },
    freshIds(tx),
  )
  return { Subnet: viewOf(tx)(subnet) }
}

// ---- DeleteSubnet ------------------------------------------------------------------------------------------------

export const deleteSubnet: Operation<DeleteSubnetRequest, void> = (tx, { SubnetId }) => {
  const { id } = named(tx, kinds.subnet, SubnetId)
  const isThere = ({ subnetId }: { readonly subnetId?: string }): boolean => subnetId === id
  if (
    tx.networkInterfaces.list().some(isThere) ||
    tx.natGateways
      .list()
      .some(one => isThere(one) && ['pending', 'available', 'deleting'].includes(one.state))
  ) {
    refuseDependency(kinds.subnet, id)
  }
  const isOther = ({ subnetId }: { readonly subnetId?: string }): boolean => subnetId !== id
  for (const one of tx.routeTables.list().filter(({ associations }) => associations.some(isThere))) {
    tx.routeTables.put({ ...one, associations: one.associations.filter(isOther) })
  }
  for (const one of tx.networkAcls.list().filter(({ associations }) => associations.some(isThere))) {
    tx.networkAcls.put({ ...one, associations: one.associations.filter(isOther) })
  }
  tx.subnets.delete(id)
  forgetTags(tx, id)
}

// ---- ModifySubnetAttribute ---------------------------------------------------------------------------------------

const absentAttributes = {
  AssignIpv6AddressOnCreation: noIpv6,
  CustomerOwnedIpv4Pool: 'This cloud has no outposts.',
  DisableLniAtDeviceIndex: 'This cloud has no outposts.',
  EnableDns64: noIpv6,
  EnableLniAtDeviceIndex: 'This cloud has no outposts.',
  EnableResourceNameDnsAAAARecordOnLaunch: 'Instances are named by their addresses in this cloud.',
  EnableResourceNameDnsARecordOnLaunch: 'Instances are named by their addresses in this cloud.',
  MapCustomerOwnedIpOnLaunch: 'This cloud has no outposts.',
}

/** What instances are named by: the one type of names that there is, which may be asked for. */
const hostnameType = 'ip-name'

export const modifySubnetAttribute: Operation<ModifySubnetAttributeRequest, void> = (tx, input) => {
  const subnet = named(tx, kinds.subnet, input.SubnetId)
  refuseGiven(input, absentAttributes)
  const { MapPublicIpOnLaunch, PrivateDnsHostnameTypeOnLaunch: names } = input
  if (names !== undefined && names !== hostnameType) {
    refuse('UnsupportedOperation', 'Instances are named by their addresses in this cloud.')
  }
  // What is off may be told to be off: it is an attribute, as any other is.
  const isSpecified = [...Object.keys(absentAttributes), 'PrivateDnsHostnameTypeOnLaunch'].some(
    member => member in input,
  )
  if (MapPublicIpOnLaunch?.Value === undefined && !isSpecified) {
    refuse('InvalidParameterCombination', 'No attributes specified.')
  }
  tx.subnets.put({ ...subnet, mapPublicIp: MapPublicIpOnLaunch?.Value ?? subnet.mapPublicIp })
}

// ---- DescribeSubnets ---------------------------------------------------------------------------------------------

export const describeSubnets: Operation<DescribeSubnetsRequest, DescribeSubnetsResult> = (tx, input) => {
  const subnets = shown(tx, kinds.subnet, tx.subnets.list(), input.SubnetIds)
  const { items, nextToken } = page(subnets.filter(matchFilters(input.Filters, filters(tx))), input, {
    key: ({ id }) => id,
  })
  return { Subnets: items.map(viewOf(tx)), NextToken: nextToken }
}

const arnOf = (tx: Tx, { id, account }: Subnet): string => networkArn(tx, kinds.subnet, id, account)

const filters = (tx: Tx): FilterTable<Subnet> => ({
  ...withoutMatch<Subnet>([
    'customer-owned-ipv4-pool',
    'enable-lni-at-device-index',
    'ipv6-cidr-block-association.ipv6-cidr-block',
    'ipv6-cidr-block-association.association-id',
    'ipv6-cidr-block-association.state',
    'outpost-arn',
  ]),
  'availability-zone': subnet => subnet.zone,
  availabilityZone: subnet => subnet.zone,
  'availability-zone-id': subnet => subnet.zone,
  availabilityZoneId: subnet => subnet.zone,
  'available-ip-address-count': subnet => freeCount(tx, subnet),
  cidr: subnet => subnet.cidr,
  'cidr-block': subnet => subnet.cidr,
  cidrBlock: subnet => subnet.cidr,
  'default-for-az': subnet => subnet.isDefault,
  defaultForAz: subnet => subnet.isDefault,
  'enable-dns64': () => false,
  'ipv6-native': () => false,
  'map-customer-owned-ip-on-launch': () => false,
  'map-public-ip-on-launch': subnet => subnet.mapPublicIp,
  'owner-id': subnet => subnet.account,
  'private-dns-name-options-on-launch.hostname-type': () => hostnameType,
  'private-dns-name-options-on-launch.enable-resource-name-dns-a-record': () => false,
  'private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record': () => false,
  state: () => 'available',
  'subnet-arn': subnet => arnOf(tx, subnet),
  'subnet-id': subnet => subnet.id,
  'vpc-id': subnet => subnet.vpcId,
  ...tagFilters<Subnet>(tx, ({ id }) => id),
})

// ---- view --------------------------------------------------------------------------------------------------------

const viewOf = (tx: Tx): ((subnet: Subnet) => SubnetView) => {
  const tags = tagIndex(tx)
  return subnet => ({
    SubnetId: subnet.id,
    SubnetArn: arnOf(tx, subnet),
    State: 'available',
    VpcId: subnet.vpcId,
    OwnerId: subnet.account,
    CidrBlock: subnet.cidr,
    AvailableIpAddressCount: freeCount(tx, subnet),
    AvailabilityZone: subnet.zone,
    AvailabilityZoneId: subnet.zone,
    DefaultForAz: subnet.isDefault,
    MapPublicIpOnLaunch: subnet.mapPublicIp,
    MapCustomerOwnedIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    EnableDns64: false,
    Ipv6Native: false,
    Ipv6CidrBlockAssociationSet: [],
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: hostnameType,
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    Tags: [...tags(subnet.id)],
  })
}
