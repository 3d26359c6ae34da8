// SPDX-License-Identifier: BSD-2-Clause
// AWS::EC2::VPC, VPCCidrBlock, Subnet, DHCPOptions and VPCDHCPOptionsAssociation.
import type {
  AssociateVpcCidrBlockResult,
  CreateDhcpOptionsResult,
  CreateSubnetResult,
  CreateVpcResult,
} from '@aws-sdk/client-ec2'
import { defaultGroupName } from '../../ec2/security-group-records'
import type { Work } from './contracts'
import { boolean, inPlace, integer, required, resourceType, tags, text, texts } from './kinds'
import { ask, nameless, retagged, takenAway, thing } from './network-things'
import { complete } from './removal'

type Names = Readonly<Partial<Record<'EnableDnsSupport' | 'EnableDnsHostnames', boolean | undefined>>>

/** Each by a request of its own, as EC2 has it. What is no longer said is as it is in a new VPC. */
const nameThings = (work: Work, VpcId: string, values: Names, before: Names = {}): void => {
  const usual = { EnableDnsSupport: true, EnableDnsHostnames: false }
  for (const name of ['EnableDnsSupport', 'EnableDnsHostnames'] as const) {
    if (values[name] === before[name]) continue
    ask(work, 'ModifyVpcAttribute', { VpcId, [name]: { Value: values[name] ?? usual[name] } })
  }
}

export const vpc = resourceType({
  name: 'AWS::EC2::VPC',
  properties: {
    CidrBlock: required(text),
    EnableDnsHostnames: inPlace(boolean),
    EnableDnsSupport: inPlace(boolean),
    InstanceTenancy: text,
    Tags: inPlace(tags),
  },
  attributes: ['CidrBlock', 'CidrBlockAssociations', 'DefaultNetworkAcl', 'DefaultSecurityGroup', 'VpcId'],
  takesTags: true,
  create: (work, { CidrBlock, InstanceTenancy, Tags, ...names }) => {
    const { Vpc } = ask<CreateVpcResult>(work, 'CreateVpc', { CidrBlock, InstanceTenancy })
    const id = Vpc?.VpcId ?? ''
    nameThings(work, id, names)
    const { tx } = work
    const acl = tx.networkAcls.list().find(one => one.vpcId === id && one.isDefault)
    const group = tx.securityGroups.list().find(one => one.vpcId === id && one.name === defaultGroupName)
    const attributes = {
      CidrBlock: Vpc?.CidrBlock ?? '',
      CidrBlockAssociations: (Vpc?.CidrBlockAssociationSet ?? []).map(one => one.AssociationId ?? ''),
      DefaultNetworkAcl: acl?.id ?? '',
      DefaultSecurityGroup: group?.id ?? '',
      VpcId: id,
    }
    return thing(work, id, attributes, Tags)
  },
  update: (work, made, values, before) => {
    nameThings(work, made.physicalId, values, before)
    return retagged(work, made, values.Tags)
  },
  remove: (work, { physicalId }) => takenAway(work, 'DeleteVpc', { VpcId: physicalId }),
})

/** IPv4 alone, as this cloud has no other networks. */
export const vpcBlock = resourceType({
  name: 'AWS::EC2::VPCCidrBlock',
  properties: { CidrBlock: required(text), VpcId: required(text) },
  attributes: ['Id'],
  create: (work, request) => {
    const { CidrBlockAssociation } = ask<AssociateVpcCidrBlockResult>(work, 'AssociateVpcCidrBlock', request)
    const id = CidrBlockAssociation?.AssociationId ?? ''
    return { physicalId: id, ref: id, attributes: { Id: id } }
  },
  remove: (work, { physicalId }) =>
    takenAway(work, 'DisassociateVpcCidrBlock', { AssociationId: physicalId }),
})

export const subnet = resourceType({
  name: 'AWS::EC2::Subnet',
  properties: {
    AvailabilityZone: text,
    CidrBlock: required(text),
    MapPublicIpOnLaunch: inPlace(boolean),
    Tags: inPlace(tags),
    VpcId: required(text),
  },
  attributes: ['AvailabilityZone', 'CidrBlock', 'NetworkAclAssociationId', 'SubnetId', 'VpcId'],
  takesTags: true,
  create: (work, { MapPublicIpOnLaunch, Tags, ...request }) => {
    const { Subnet } = ask<CreateSubnetResult>(work, 'CreateSubnet', request)
    const id = Subnet?.SubnetId ?? ''
    if (MapPublicIpOnLaunch !== undefined) mapPublic(work, id, MapPublicIpOnLaunch)
    const associations = work.tx.networkAcls.list().flatMap(acl => acl.associations)
    const attributes = {
      AvailabilityZone: Subnet?.AvailabilityZone ?? '',
      CidrBlock: Subnet?.CidrBlock ?? '',
      NetworkAclAssociationId: associations.find(({ subnetId }) => subnetId === id)?.id ?? '',
      SubnetId: id,
      VpcId: Subnet?.VpcId ?? '',
    }
    return thing(work, id, attributes, Tags)
  },
  update: (work, made, { MapPublicIpOnLaunch = false, Tags }, before) => {
    if (MapPublicIpOnLaunch !== (before.MapPublicIpOnLaunch ?? false)) {
      mapPublic(work, made.physicalId, MapPublicIpOnLaunch)
    }
    return retagged(work, made, Tags)
  },
  remove: (work, { physicalId }) => takenAway(work, 'DeleteSubnet', { SubnetId: physicalId }),
})

const mapPublic = (work: Work, SubnetId: string, Value: boolean): void => {
  ask(work, 'ModifySubnetAttribute', { SubnetId, MapPublicIpOnLaunch: { Value } })
}

export const dhcpOptions = resourceType({
  name: 'AWS::EC2::DHCPOptions',
  properties: {
    DomainName: text,
    DomainNameServers: texts,
    NetbiosNameServers: texts,
    NetbiosNodeType: integer,
    NtpServers: texts,
    Tags: inPlace(tags),
  },
  attributes: ['DhcpOptionsId'],
  takesTags: true,
  create: (work, values) => {
    const options: readonly (readonly [string, readonly string[] | undefined])[] = [
      ['domain-name', values.DomainName === undefined ? undefined : [values.DomainName]],
      ['domain-name-servers', values.DomainNameServers],
      ['netbios-name-servers', values.NetbiosNameServers],
      ['netbios-node-type', values.NetbiosNodeType === undefined ? undefined : [`${values.NetbiosNodeType}`]],
      ['ntp-servers', values.NtpServers],
    ]
    const { DhcpOptions } = ask<CreateDhcpOptionsResult>(work, 'CreateDhcpOptions', {
      DhcpConfigurations: options.flatMap(([Key, Values]) => (Values?.length ? [{ Key, Values }] : [])),
    })
    const id = DhcpOptions?.DhcpOptionsId ?? ''
    return thing(work, id, { DhcpOptionsId: id }, values.Tags)
  },
  update: (work, made, { Tags }) => retagged(work, made, Tags),
  remove: (work, { physicalId }) => takenAway(work, 'DeleteDhcpOptions', { DhcpOptionsId: physicalId }),
})

/** Without it a VPC has the account's first set. */
export const dhcpAssociation = resourceType({
  name: 'AWS::EC2::VPCDHCPOptionsAssociation',
  properties: { DhcpOptionsId: required(inPlace(text)), VpcId: required(text) },
  attributes: [],
  create: (work, request) => {
    ask(work, 'AssociateDhcpOptions', request)
    return nameless(work)
  },
  update: (work, made, request) => {
    ask(work, 'AssociateDhcpOptions', request)
    return made
  },
  // Unless it has been given another set since.
  remove: (work, _, { DhcpOptionsId, VpcId }) =>
    work.tx.vpcs.get(VpcId.toLowerCase())?.dhcpOptionsId === DhcpOptionsId.toLowerCase()
      ? takenAway(work, 'AssociateDhcpOptions', { DhcpOptionsId: 'default', VpcId })
      : complete,
})
