// SPDX-License-Identifier: BSD-2-Clause
// VPCs. With one come its main route table, its default network ACL and its default group, and with it they go.
//
// An administrator of the cloud who gives an account's number for a block makes the account's default VPC, or what is
// missing of it, as in Eucalyptus.
import type {
  CreateDefaultVpcRequest,
  CreateDefaultVpcResult,
  CreateVpcRequest,
  CreateVpcResult,
  DeleteVpcRequest,
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  ModifyVpcAttributeRequest,
  ModifyVpcTenancyRequest,
  ModifyVpcTenancyResult,
  Vpc as VpcView,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../../filters'
import type { Operation, Tx } from '../../operation'
import { page } from '../../pages'
import { forgetTags, putTags, specifiedTags, tagFilters, tagIndex } from '../../tags'
import { checkVpcQuota, madeBy } from '../quotas'
import type { Vpc } from '../schema/vpc'
import { defaultGroupName } from '../security-group-records'
import { defaultDhcpOptions, defaultVpc, mainRouteTable, makeDefaultVpc, makeVpc } from './foundation'
import { freshIds } from './fresh-ids'
import { kinds, named } from './kinds'
import { checkLimit } from './limits'
import { needVpcs } from './networking'
import { endPeeringsOf } from './peering-records'
import { shown } from './remnants'
import { isOfNetworkSize, noIpv6, refuseDependency, refuseGiven, requestedBlock } from './requested'
import { blocksOf, blockViews } from './vpc-blocks'

// ---- CreateVpc, CreateDefaultVpc ---------------------------------------------------------------------------------

const checkVpcLimit = (tx: Tx, account: string): void =>
  checkLimit('vpcs', tx.vpcs.list().filter(vpc => vpc.account === account).length)

const absentParts = {
  AmazonProvidedIpv6CidrBlock: noIpv6,
  Ipv6CidrBlock: noIpv6,
  Ipv6Pool: noIpv6,
  Ipv4IpamPoolId: 'This cloud has no pools of address blocks.',
  Ipv6IpamPoolId: 'This cloud has no pools of address blocks.',
  Ipv4NetmaskLength: 'This cloud has no pools of address blocks.',
  Ipv6NetmaskLength: 'This cloud has no pools of address blocks.',
  VpcEncryptionControl: 'Traffic is not encrypted in this cloud.',
}

const tenancyOf = (tenancy: string | undefined): Vpc['tenancy'] => {
  if (tenancy === undefined || tenancy === 'default') return 'default'
  if (tenancy === 'dedicated') return tenancy
  return refuse('InvalidParameterValue', `Value (${tenancy}) for parameter instanceTenancy is invalid.`)
}

export const createVpc: Operation<CreateVpcRequest, CreateVpcResult> = (tx, input) => {
  needVpcs(tx)
  refuseGiven(input, absentParts)
  const account = tx.caller.isCloudAdmin && tx.accounts.get(input.CidrBlock ?? '')
  if (account) return { Vpc: viewOf(tx)(defaultVpcOf(tx, account.id)) }
  const { block, cidr } = requestedBlock(input.CidrBlock, 'cidrBlock')
  if (!isOfNetworkSize(block)) refuse('InvalidVpc.Range', `The CIDR '${input.CidrBlock}' is invalid.`)
  const tenancy = tenancyOf(input.InstanceTenancy)
  const tags = specifiedTags(input.TagSpecifications, 'vpc')
  checkVpcLimit(tx, tx.caller.account)
  checkVpcQuota(tx)
  const vpc = makeVpc(
    tx,
    {
      ...madeBy(tx),
      cidr,
      tenancy,
      isDefault: false,
      dhcpOptionsId: defaultDhcpOptions(tx, tx.caller.account).id,
    },
    freshIds(tx),
  )
  putTags(tx, vpc.id, tags)
  return { Vpc: viewOf(tx)(vpc) }
}

const defaultVpcOf = (tx: Tx, account: string): Vpc => {
  const known = defaultVpc(tx, account)
  if (known) return known
  checkVpcLimit(tx, account)
  return makeDefaultVpc(tx, account, freshIds(tx))
}

export const createDefaultVpc: Operation<CreateDefaultVpcRequest, CreateDefaultVpcResult> = tx => {
  needVpcs(tx)
  if (defaultVpc(tx)) {
    refuse('DefaultVpcAlreadyExists', 'A Default VPC already exists for this account in this region.')
  }
  checkVpcQuota(tx)
  return { Vpc: viewOf(tx)(defaultVpcOf(tx, tx.caller.account)) }
}

// ---- DeleteVpc ---------------------------------------------------------------------------------------------------

const isIn =
  ({ id }: Vpc) =>
  ({ vpcId }: { readonly vpcId?: string }): boolean =>
    vpcId === id

/** Whether there is more in it than what came with it. */
const hasDependants = (tx: Tx, vpc: Vpc): boolean => {
  const isInIt = isIn(vpc)
  const main = mainRouteTable(tx, vpc.id)
  return (
    [tx.subnets, tx.internetGateways, tx.networkInterfaces].some(table =>
      (table.list() as readonly { readonly vpcId?: string }[]).some(isInIt),
    ) ||
    tx.routeTables.list().some(one => isInIt(one) && one.id !== main.id) ||
    tx.networkAcls.list().some(one => isInIt(one) && !one.isDefault) ||
    tx.securityGroups.list().some(one => isInIt(one) && one.name !== defaultGroupName) ||
    tx.natGateways.list().some(one => isInIt(one) && one.state !== 'deleted' && one.state !== 'failed') ||
    tx.vpnGateways.list().some(one => isInIt(one) && one.state !== 'deleted') ||
    tx.vpcPeeringConnections
      .list()
      .some(
        ({ state, requester, accepter }) =>
          (state === 'active' || state === 'provisioning') &&
          [requester.vpcId, accepter.vpcId].includes(vpc.id),
      )
  )
}

export const deleteVpc: Operation<DeleteVpcRequest, void> = (tx, { VpcId }) => {
  const vpc = named(tx, kinds.vpc, VpcId)
  if (hasDependants(tx, vpc)) refuseDependency(kinds.vpc, vpc.id)
  for (const table of [tx.routeTables, tx.networkAcls, tx.securityGroups, tx.natGateways]) {
    for (const one of (table.list() as readonly { readonly id: string; readonly vpcId?: string }[]).filter(
      isIn(vpc),
    )) {
      table.delete(one.id)
      forgetTags(tx, one.id)
    }
  }
  // Requests that nobody has answered yet.
  endPeeringsOf(tx, vpc.id)
  tx.vpcs.delete(vpc.id)
  forgetTags(tx, vpc.id)
}

// ---- attributes --------------------------------------------------------------------------------------------------

const attributes: Readonly<Record<string, (vpc: Vpc) => Omit<DescribeVpcAttributeResult, 'VpcId'>>> = {
  enableDnsSupport: vpc => ({ EnableDnsSupport: { Value: vpc.dnsSupport } }),
  enableDnsHostnames: vpc => ({ EnableDnsHostnames: { Value: vpc.dnsHostnames } }),
  enableNetworkAddressUsageMetrics: () => ({ EnableNetworkAddressUsageMetrics: { Value: false } }),
}

export const describeVpcAttribute: Operation<DescribeVpcAttributeRequest, DescribeVpcAttributeResult> = (
  tx,
  { VpcId, Attribute = '' },
) => {
  const vpc = named(tx, kinds.vpc, VpcId)
  const read = Object.hasOwn(attributes, Attribute) ? attributes[Attribute] : undefined
  return read
    ? { VpcId: vpc.id, ...read(vpc) }
    : refuse(
        'InvalidParameterValue',
        `Value (${Attribute}) for parameter attribute is invalid. Unknown vpc attribute`,
      )
}

export const modifyVpcAttribute: Operation<ModifyVpcAttributeRequest, void> = (tx, input) => {
  const vpc = named(tx, kinds.vpc, input.VpcId)
  const support = input.EnableDnsSupport?.Value
  const hostnames = input.EnableDnsHostnames?.Value
  const metrics = input.EnableNetworkAddressUsageMetrics?.Value
  if (metrics) refuse('UnsupportedOperation', 'This cloud has no metrics of networks.')
  if ([support, hostnames, metrics].every(value => value === undefined)) {
    refuse('InvalidParameterCombination', 'No attributes specified.')
  }
  tx.vpcs.put({
    ...vpc,
    dnsSupport: support ?? vpc.dnsSupport,
    dnsHostnames: hostnames ?? vpc.dnsHostnames,
  })
}

/** What is dedicated can become shared, and not the other way round. */
export const modifyVpcTenancy: Operation<ModifyVpcTenancyRequest, ModifyVpcTenancyResult> = (tx, input) => {
  const vpc = named(tx, kinds.vpc, input.VpcId)
  const { InstanceTenancy: tenancy } = input
  if (tenancy !== 'default') {
    return refuse('UnsupportedTenancy', `The tenancy value ${tenancy} is not supported.`)
  }
  tx.vpcs.put({ ...vpc, tenancy })
  return { ReturnValue: true }
}

// ---- DescribeVpcs ------------------------------------------------------------------------------------------------

export const describeVpcs: Operation<DescribeVpcsRequest, DescribeVpcsResult> = (tx, input) => {
  const vpcs = shown(tx, kinds.vpc, tx.vpcs.list(), input.VpcIds)
  const { items, nextToken } = page(vpcs.filter(matchFilters(input.Filters, filters(tx))), input, {
    key: ({ id }) => id,
  })
  return { Vpcs: items.map(viewOf(tx)), NextToken: nextToken }
}

const filters = (tx: Tx): FilterTable<Vpc> => ({
  ...withoutMatch<Vpc>([
    'ipv6-cidr-block-association.ipv6-cidr-block',
    'ipv6-cidr-block-association.ipv6-pool',
    'ipv6-cidr-block-association.association-id',
    'ipv6-cidr-block-association.state',
  ]),
  cidr: vpc => vpc.cidr,
  // Not documented, but answered by AWS, and asked for by Ansible.
  'cidr-block': vpc => vpc.cidr,
  cidrBlock: vpc => vpc.cidr,
  'cidr-block-association.cidr-block': vpc => blocksOf(vpc).map(({ cidr }) => cidr),
  'cidr-block-association.association-id': vpc => blocksOf(vpc).map(({ id }) => id),
  'cidr-block-association.state': () => 'associated',
  'dhcp-options-id': vpc => vpc.dhcpOptionsId,
  'is-default': vpc => vpc.isDefault,
  isDefault: vpc => vpc.isDefault,
  'owner-id': vpc => vpc.account,
  state: () => 'available',
  'vpc-id': vpc => vpc.id,
  ...tagFilters<Vpc>(tx, ({ id }) => id),
})

// ---- view --------------------------------------------------------------------------------------------------------

const viewOf = (tx: Tx): ((vpc: Vpc) => VpcView) => {
  const tags = tagIndex(tx)
  return vpc => ({
    VpcId: vpc.id,
    State: 'available',
    CidrBlock: vpc.cidr,
    DhcpOptionsId: vpc.dhcpOptionsId,
    InstanceTenancy: vpc.tenancy,
    IsDefault: vpc.isDefault,
    OwnerId: vpc.account,
    CidrBlockAssociationSet: blockViews(vpc),
    Ipv6CidrBlockAssociationSet: [],
    Tags: [...tags(vpc.id)],
  })
}
