// SPDX-License-Identifier: BSD-2-Clause
// A VPC with one of each type of resource that networks have, in an order in which each refers to earlier ones.
import type { EvaluatedObject } from '../../../../src/engine/cloudformation/template/contracts'

export interface NetworkAround {
  readonly image: string
  /** Another VPC of the account. */
  readonly otherVpc: string
  ref(logicalId: string): string
  attribute(logicalId: string, name: string): string
}

export interface NetworkCase {
  readonly logicalId: string
  readonly type: string
  /** What is required of the type, told once for each that is of networks alone. */
  readonly required?: readonly string[]
  properties(around: NetworkAround): EvaluatedObject
  readonly physicalId: RegExp
  readonly attributes?: readonly string[]
}

const id = (prefix: string): RegExp => new RegExp(`^${prefix}-[0-9a-f]{8}$`)
const named = (logicalId: string): RegExp => new RegExp(`^console-${logicalId}-[A-Z0-9]{13}$`)

export const networkCases: readonly NetworkCase[] = [
  {
    logicalId: 'Vpc',
    type: 'AWS::EC2::VPC',
    required: ['CidrBlock'],
    properties: () => ({ CidrBlock: '10.1.0.0/16', EnableDnsHostnames: 'true' }),
    physicalId: id('vpc'),
  },
  {
    logicalId: 'Options',
    type: 'AWS::EC2::DHCPOptions',
    required: [],
    properties: () => ({ DomainName: 'example.com', DomainNameServers: ['10.1.0.2'], NetbiosNodeType: '2' }),
    physicalId: id('dopt'),
  },
  {
    logicalId: 'OptionsOfVpc',
    type: 'AWS::EC2::VPCDHCPOptionsAssociation',
    required: ['DhcpOptionsId', 'VpcId'],
    properties: ({ ref }) => ({ DhcpOptionsId: ref('Options'), VpcId: ref('Vpc') }),
    physicalId: named('OptionsOfVpc'),
  },
  {
    logicalId: 'Internet',
    type: 'AWS::EC2::InternetGateway',
    required: [],
    properties: () => ({ Tags: [{ Key: 'Name', Value: 'outside' }] }),
    physicalId: id('igw'),
  },
  {
    logicalId: 'Attached',
    type: 'AWS::EC2::VPCGatewayAttachment',
    required: ['VpcId'],
    properties: ({ ref }) => ({ InternetGatewayId: ref('Internet'), VpcId: ref('Vpc') }),
    physicalId: named('Attached'),
  },
  {
    logicalId: 'Subnet',
    type: 'AWS::EC2::Subnet',
    required: ['CidrBlock', 'VpcId'],
    properties: ({ ref }) => ({
      ...{ AvailabilityZone: 'PARTI00', CidrBlock: '10.1.1.0/24', MapPublicIpOnLaunch: 'true' },
      VpcId: ref('Vpc'),
    }),
    physicalId: id('subnet'),
  },
  {
    logicalId: 'Table',
    type: 'AWS::EC2::RouteTable',
    required: ['VpcId'],
    properties: ({ ref }) => ({ VpcId: ref('Vpc') }),
    physicalId: id('rtb'),
  },
  {
    logicalId: 'TableOfSubnet',
    type: 'AWS::EC2::SubnetRouteTableAssociation',
    required: ['RouteTableId', 'SubnetId'],
    properties: ({ ref }) => ({ RouteTableId: ref('Table'), SubnetId: ref('Subnet') }),
    physicalId: id('rtbassoc'),
  },
  {
    logicalId: 'Route',
    type: 'AWS::EC2::Route',
    required: ['DestinationCidrBlock', 'RouteTableId'],
    properties: ({ ref }) => ({
      ...{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: ref('Internet'), RouteTableId: ref('Table') },
    }),
    physicalId: named('Route'),
  },
  {
    logicalId: 'Acl',
    type: 'AWS::EC2::NetworkAcl',
    required: ['VpcId'],
    properties: ({ ref }) => ({ VpcId: ref('Vpc') }),
    physicalId: id('acl'),
  },
  {
    logicalId: 'Entry',
    type: 'AWS::EC2::NetworkAclEntry',
    required: ['CidrBlock', 'NetworkAclId', 'Protocol', 'RuleAction', 'RuleNumber'],
    properties: ({ ref }) => ({
      ...{ CidrBlock: '0.0.0.0/0', Protocol: '6', RuleAction: 'allow', RuleNumber: '100' },
      ...{ NetworkAclId: ref('Acl'), PortRange: { From: '80', To: '80' } },
    }),
    physicalId: named('Entry'),
  },
  {
    logicalId: 'AclOfSubnet',
    type: 'AWS::EC2::SubnetNetworkAclAssociation',
    required: ['NetworkAclId', 'SubnetId'],
    properties: ({ ref }) => ({ NetworkAclId: ref('Acl'), SubnetId: ref('Subnet') }),
    physicalId: id('aclassoc'),
  },
  {
    logicalId: 'Group',
    type: 'AWS::EC2::SecurityGroup',
    properties: ({ ref }) => ({
      ...{ GroupDescription: 'in a VPC', VpcId: ref('Vpc') },
      SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: '80', ToPort: '80', CidrIp: '0.0.0.0/0' }],
    }),
    physicalId: id('sg'),
  },
  {
    logicalId: 'Out',
    type: 'AWS::EC2::SecurityGroupEgress',
    properties: ({ ref }) => ({
      ...{ GroupId: ref('Group'), IpProtocol: 'tcp', FromPort: '443', ToPort: '443' },
      CidrIp: '0.0.0.0/0',
    }),
    physicalId: named('Out'),
  },
  {
    logicalId: 'Interface',
    type: 'AWS::EC2::NetworkInterface',
    required: ['SubnetId'],
    properties: ({ ref }) => ({
      ...{ GroupSet: [ref('Group')], SecondaryPrivateIpAddressCount: '1', SourceDestCheck: 'false' },
      SubnetId: ref('Subnet'),
    }),
    physicalId: id('eni'),
  },
  {
    logicalId: 'Address',
    type: 'AWS::EC2::EIP',
    properties: () => ({ Domain: 'vpc', Tags: [{ Key: 'Name', Value: 'nat' }] }),
    physicalId: /^198\.18\.[\d.]+$/,
  },
  {
    logicalId: 'Nat',
    type: 'AWS::EC2::NatGateway',
    required: ['SubnetId'],
    properties: ({ ref, attribute }) => ({
      AllocationId: attribute('Address', 'AllocationId'),
      SubnetId: ref('Subnet'),
    }),
    physicalId: id('nat'),
  },
  {
    logicalId: 'Machine',
    type: 'AWS::EC2::Instance',
    properties: ({ image, ref }) => ({
      ...{ ImageId: image, InstanceType: 'm1.small', SecurityGroupIds: [ref('Group')] },
      SubnetId: ref('Subnet'),
    }),
    physicalId: id('i'),
  },
  {
    logicalId: 'Plugged',
    type: 'AWS::EC2::NetworkInterfaceAttachment',
    required: ['DeviceIndex', 'InstanceId', 'NetworkInterfaceId'],
    properties: ({ ref }) => ({
      ...{ DeviceIndex: '1', InstanceId: ref('Machine'), NetworkInterfaceId: ref('Interface') },
      DeleteOnTermination: 'false',
    }),
    physicalId: id('eni-attach'),
  },
  {
    logicalId: 'OtherAddress',
    type: 'AWS::EC2::EIP',
    properties: () => ({}),
    physicalId: /^198\.18\.[\d.]+$/,
  },
  {
    logicalId: 'Given',
    type: 'AWS::EC2::EIPAssociation',
    properties: ({ ref, attribute }) => ({
      AllocationId: attribute('OtherAddress', 'AllocationId'),
      NetworkInterfaceId: ref('Interface'),
    }),
    physicalId: named('Given'),
  },
  {
    logicalId: 'Balancer',
    type: 'AWS::ElasticLoadBalancing::LoadBalancer',
    properties: ({ ref }) => ({
      Listeners: [{ Protocol: 'HTTP', LoadBalancerPort: '80', InstancePort: '8888' }],
      ...{ Instances: [ref('Machine')], SecurityGroups: [ref('Group')], Subnets: [ref('Subnet')] },
    }),
    physicalId: /^console-Balancer-[A-Z0-9]{13}$/,
  },
  {
    logicalId: 'Launched',
    type: 'AWS::AutoScaling::LaunchConfiguration',
    properties: ({ image, ref }) => ({
      ...{ AssociatePublicIpAddress: 'false', ImageId: image, InstanceType: 'm1.small' },
      SecurityGroups: [ref('Group')],
    }),
    physicalId: named('Launched'),
  },
  {
    logicalId: 'Servers',
    type: 'AWS::AutoScaling::AutoScalingGroup',
    properties: ({ ref }) => ({
      ...{ LaunchConfigurationName: ref('Launched'), MinSize: '1', MaxSize: '1' },
      VPCZoneIdentifier: [ref('Subnet')],
    }),
    physicalId: named('Servers'),
  },
  {
    logicalId: 'Customer',
    type: 'AWS::EC2::CustomerGateway',
    required: ['IpAddress', 'Type'],
    properties: () => ({ BgpAsn: '65000', IpAddress: '203.0.113.7', Type: 'ipsec.1' }),
    physicalId: id('cgw'),
  },
  {
    logicalId: 'Private',
    type: 'AWS::EC2::VPNGateway',
    required: ['Type'],
    properties: () => ({ Type: 'ipsec.1' }),
    physicalId: id('vgw'),
  },
  {
    logicalId: 'PrivateAttached',
    type: 'AWS::EC2::VPCGatewayAttachment',
    properties: ({ ref }) => ({ VpcId: ref('Vpc'), VpnGatewayId: ref('Private') }),
    physicalId: named('PrivateAttached'),
  },
  {
    logicalId: 'Vpn',
    type: 'AWS::EC2::VPNConnection',
    required: ['CustomerGatewayId', 'Type', 'VpnGatewayId'],
    properties: ({ ref }) => ({
      ...{ CustomerGatewayId: ref('Customer'), StaticRoutesOnly: 'true', Type: 'ipsec.1' },
      VpnGatewayId: ref('Private'),
    }),
    physicalId: id('vpn'),
  },
  {
    logicalId: 'VpnRoute',
    type: 'AWS::EC2::VPNConnectionRoute',
    required: ['DestinationCidrBlock', 'VpnConnectionId'],
    properties: ({ ref }) => ({ DestinationCidrBlock: '192.168.0.0/16', VpnConnectionId: ref('Vpn') }),
    physicalId: named('VpnRoute'),
  },
  {
    logicalId: 'Propagated',
    type: 'AWS::EC2::VPNGatewayRoutePropagation',
    required: ['RouteTableIds', 'VpnGatewayId'],
    properties: ({ ref }) => ({ RouteTableIds: [ref('Table')], VpnGatewayId: ref('Private') }),
    physicalId: named('Propagated'),
  },
  {
    logicalId: 'Peer',
    type: 'AWS::EC2::VPCPeeringConnection',
    required: ['PeerVpcId', 'VpcId'],
    properties: ({ otherVpc, ref }) => ({ PeerVpcId: otherVpc, VpcId: ref('Vpc') }),
    physicalId: id('pcx'),
  },
  {
    logicalId: 'Block',
    type: 'AWS::EC2::VPCCidrBlock',
    required: ['CidrBlock', 'VpcId'],
    properties: ({ ref }) => ({ CidrBlock: '10.2.0.0/16', VpcId: ref('Vpc') }),
    physicalId: id('vpc-cidr-assoc'),
  },
]
