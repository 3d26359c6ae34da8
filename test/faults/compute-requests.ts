// SPDX-License-Identifier: BSD-2-Clause
/** Forms of the compute service. */
export const ofCompute: readonly string[] = [
  'Action=DescribeInstances&Filter.1.Name=tag%3Aa&Filter.1.Value.1=b&Version=2016-11-15',
  'Action=RunInstances&ImageId=emi-00000001&MinCount=1&MaxCount=1&BlockDeviceMapping.1.DeviceName=sdb&BlockDeviceMapping.1.VirtualName=ephemeral0',
  'Action=ModifyInstanceTypeAttribute&Name=m1.small&Cpu=1&Reset=true',
  'Action=ConfirmProductInstance&ProductCode=abc&InstanceId=i-00000001',
  'Action=CreateVpc&CidrBlock=10.0.0.0%2F16&InstanceTenancy=default',
  'Action=CreateSubnet&VpcId=vpc-00000001&CidrBlock=10.0.0.0%2F24',
  'Action=CreateDhcpOptions&DhcpConfiguration.1.Key=ntp-servers&DhcpConfiguration.1.Value.1=192.0.2.1',
  'Action=CreateRoute&RouteTableId=rtb-00000001&DestinationCidrBlock=0.0.0.0%2F0&GatewayId=igw-00000001',
  'Action=CreateNatGateway&SubnetId=subnet-00000001&AllocationId=eipalloc-00000001&ClientToken=fuzz',
  'Action=CreateVolume&Size=1&AvailabilityZone=PARTI00&DryRun=true',
  'Action=CreateNetworkAclEntry&NetworkAclId=acl-00000001&RuleNumber=7&Protocol=6&RuleAction=allow&Egress=false&CidrBlock=10.0.0.0%2F8&PortRange.From=1&PortRange.To=2',
  'Action=CreateVpnConnection&Type=ipsec.1&CustomerGatewayId=cgw-00000001&VpnGatewayId=vgw-00000001&Options.StaticRoutesOnly=true&Options.TunnelOptions.1.TunnelInsideCidr=169.254.10.8%2F30',
  'Action=CreateVpcPeeringConnection&VpcId=vpc-00000001&PeerVpcId=vpc-00000002&PeerOwnerId=000000000001',
]
