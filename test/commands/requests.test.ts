// SPDX-License-Identifier: BSD-2-Clause
// What the tools send, as the reference's `sent_as` and rules say.
import assert from 'node:assert/strict'
import { type Recorder, recorder } from './recorder'
import { itSends, type Sent } from './sending'

const cases: readonly Sent[] = [
  [
    'euca-describe-images',
    { Action: 'DescribeImages', 'Owner.1': 'self' },
    { Action: 'DescribeImages', 'ExecutableBy.1': 'self' },
  ],
  ['euca-describe-images -a', { Action: 'DescribeImages' }],
  [
    'euca-describe-images -o self -x all emi-1 emi-2',
    {
      Action: 'DescribeImages',
      'Owner.1': 'self',
      'ExecutableBy.1': 'all',
      'ImageId.1': 'emi-1',
      'ImageId.2': 'emi-2',
    },
  ],
  [
    'euca-describe-images -a --filter name=a* --filter tag:x= --filter name=b',
    {
      Action: 'DescribeImages',
      'Filter.1.Name': 'name',
      'Filter.1.Value.1': 'a*',
      'Filter.1.Value.2': 'b',
      'Filter.2.Name': 'tag:x',
      'Filter.2.Value.1': '',
    },
  ],
  [
    'euca-register -n image -d text -a armhf --kernel eki-1 --ramdisk eri-1 --virtualization-type hvm --platform windows bucket/x.manifest.xml',
    {
      Action: 'RegisterImage',
      Name: 'image',
      ImageLocation: 'bucket/x.manifest.xml',
      Description: 'text',
      Architecture: 'armhf',
      KernelId: 'eki-1',
      RamdiskId: 'eri-1',
      VirtualizationType: 'hvm',
      Platform: 'windows',
    },
  ],
  [
    'euca-register -n image -s snap-1 -b sdb=ephemeral0',
    {
      Action: 'RegisterImage',
      Name: 'image',
      RootDeviceName: '/dev/sda1',
      'BlockDeviceMapping.1.DeviceName': 'sdb',
      'BlockDeviceMapping.1.VirtualName': 'ephemeral0',
      'BlockDeviceMapping.2.DeviceName': '/dev/sda1',
      'BlockDeviceMapping.2.Ebs.SnapshotId': 'snap-1',
    },
  ],
  ['euca-deregister emi-1', { Action: 'DeregisterImage', ImageId: 'emi-1' }],
  [
    'euca-describe-image-attribute -B emi-1',
    { Action: 'DescribeImageAttribute', ImageId: 'emi-1', Attribute: 'blockDeviceMapping' },
  ],
  [
    'euca-modify-image-attribute -l -a all -a 123456789012 -r 210987654321 emi-1',
    {
      Action: 'ModifyImageAttribute',
      ImageId: 'emi-1',
      'LaunchPermission.Add.1.Group': 'all',
      'LaunchPermission.Add.2.UserId': '123456789012',
      'LaunchPermission.Remove.1.UserId': '210987654321',
    },
  ],
  [
    'euca-modify-image-attribute --description text emi-1',
    { Action: 'ModifyImageAttribute', ImageId: 'emi-1', 'Description.Value': 'text' },
  ],
  [
    'euca-modify-image-attribute -p a -p b emi-1',
    { Action: 'ModifyImageAttribute', ImageId: 'emi-1', 'ProductCode.1': 'a', 'ProductCode.2': 'b' },
  ],
  [
    'euca-reset-image-attribute -l emi-1',
    { Action: 'ResetImageAttribute', ImageId: 'emi-1', Attribute: 'launchPermission' },
  ],
  [
    'euca-describe-instance-status --include-all-instances i-1',
    { Action: 'DescribeInstanceStatus', 'InstanceId.1': 'i-1', IncludeAllInstances: 'true' },
  ],
  ['euca-describe-instance-status', { Action: 'DescribeInstanceStatus', IncludeAllInstances: 'false' }],
  ['euca-describe-instance-types --by-zone', { Action: 'DescribeInstanceTypes', Availability: 'true' }],
  [
    'euca-describe-instance-types m1.small',
    { Action: 'DescribeInstanceTypes', 'InstanceType.1': 'm1.small', Availability: 'false' },
  ],
  [
    'euca-reboot-instances i-1 i-2',
    { Action: 'RebootInstances', 'InstanceId.1': 'i-1', 'InstanceId.2': 'i-2' },
  ],
  ['euca-delete-group sg-1', { Action: 'DeleteSecurityGroup', GroupId: 'sg-1' }],
  ['euca-delete-group web', { Action: 'DeleteSecurityGroup', GroupName: 'web' }],
  [
    'euca-create-group -d text -c vpc-1 web',
    { Action: 'CreateSecurityGroup', GroupName: 'web', GroupDescription: 'text', VpcId: 'vpc-1' },
  ],
  [
    'euca-describe-groups web sg-1',
    { Action: 'DescribeSecurityGroups', 'GroupId.1': 'sg-1', 'GroupName.1': 'web' },
  ],
  [
    'euca-authorize -p 1-2 -u 1 -o sg-2 sg-1',
    {
      Action: 'AuthorizeSecurityGroupIngress',
      GroupId: 'sg-1',
      'IpPermissions.1.IpProtocol': 'tcp',
      'IpPermissions.1.FromPort': '1',
      'IpPermissions.1.ToPort': '2',
      'IpPermissions.1.Groups.1.UserId': '1',
      'IpPermissions.1.Groups.1.GroupId': 'sg-2',
    },
  ],
  [
    'euca-authorize -P ALL --egress sg-1',
    {
      Action: 'AuthorizeSecurityGroupEgress',
      GroupId: 'sg-1',
      'IpPermissions.1.IpProtocol': '-1',
      'IpPermissions.1.IpRanges.1.CidrIp': '0.0.0.0/0',
    },
  ],
  [
    'euca-authorize -p -1 -P UDP web',
    {
      Action: 'AuthorizeSecurityGroupIngress',
      GroupName: 'web',
      'IpPermissions.1.IpProtocol': 'udp',
      'IpPermissions.1.FromPort': '1',
      'IpPermissions.1.ToPort': '65535',
      'IpPermissions.1.IpRanges.1.CidrIp': '0.0.0.0/0',
    },
  ],
  [
    'euca-revoke -P icmp -s 10.0.0.0/8 web',
    {
      Action: 'RevokeSecurityGroupIngress',
      GroupName: 'web',
      'IpPermissions.1.IpProtocol': 'icmp',
      'IpPermissions.1.FromPort': '-1',
      'IpPermissions.1.ToPort': '-1',
      'IpPermissions.1.IpRanges.1.CidrIp': '10.0.0.0/8',
    },
  ],
  [
    'euca-revoke -P gre --egress sg-1',
    {
      Action: 'RevokeSecurityGroupEgress',
      GroupId: 'sg-1',
      'IpPermissions.1.IpProtocol': '47',
      'IpPermissions.1.IpRanges.1.CidrIp': '0.0.0.0/0',
    },
  ],
  ['euca-allocate-address -d vpc', { Action: 'AllocateAddress', Domain: 'vpc' }],
  [
    'euca-associate-address -n eni-1 -p 10.0.0.4 --no-allow-reassociation eipalloc-1',
    {
      Action: 'AssociateAddress',
      AllocationId: 'eipalloc-1',
      NetworkInterfaceId: 'eni-1',
      PrivateIpAddress: '10.0.0.4',
      AllowReassociation: 'false',
    },
  ],
  [
    'euca-describe-addresses 10.0.0.2 eipalloc-1 10.0.0.1 10.0.0.2',
    {
      Action: 'DescribeAddresses',
      'AllocationId.1': 'eipalloc-1',
      'PublicIp.1': '10.0.0.1',
      'PublicIp.2': '10.0.0.2',
    },
  ],
  ['euca-disassociate-address -a eipassoc-1', { Action: 'DisassociateAddress', AssociationId: 'eipassoc-1' }],
  ['euca-release-address 10.0.0.1', { Action: 'ReleaseAddress', PublicIp: '10.0.0.1' }],
  [
    'euca-create-network-interface subnet-1 -g sg-1 --private-ip-address 10.0.0.4 --secondary-address 10.0.0.5',
    {
      Action: 'CreateNetworkInterface',
      SubnetId: 'subnet-1',
      'SecurityGroupId.1': 'sg-1',
      'PrivateIpAddresses.1.PrivateIpAddress': '10.0.0.4',
      'PrivateIpAddresses.1.Primary': 'true',
      'PrivateIpAddresses.2.PrivateIpAddress': '10.0.0.5',
      'PrivateIpAddresses.2.Primary': 'false',
    },
  ],
  [
    'euca-attach-network-interface eni-1 -i i-1 -d 1',
    {
      Action: 'AttachNetworkInterface',
      NetworkInterfaceId: 'eni-1',
      InstanceId: 'i-1',
      DeviceIndex: '1',
    },
  ],
  [
    'euca-detach-network-interface eni-attach-1',
    { Action: 'DetachNetworkInterface', AttachmentId: 'eni-attach-1', Force: 'false' },
  ],
  [
    'euca-modify-network-interface-attribute eni-1 -a eni-attach-1 --delete-on-termination yes',
    {
      Action: 'ModifyNetworkInterfaceAttribute',
      NetworkInterfaceId: 'eni-1',
      'Attachment.AttachmentId': 'eni-attach-1',
      'Attachment.DeleteOnTermination': 'true',
    },
  ],
  [
    'euca-reset-network-interface-attribute eni-1 --source-dest-check',
    {
      Action: 'ResetNetworkInterfaceAttribute',
      NetworkInterfaceId: 'eni-1',
      Attribute: 'sourceDestCheck',
    },
  ],
  [
    'euca-assign-private-ip-addresses eni-1 --secondary-count 2',
    {
      Action: 'AssignPrivateIpAddresses',
      NetworkInterfaceId: 'eni-1',
      SecondaryPrivateIpAddressCount: '2',
      AllowReassignment: 'false',
    },
  ],
  [
    'euca-create-tags --tag a --tag b=c i-1 emi-1',
    {
      Action: 'CreateTags',
      'ResourceId.1': 'i-1',
      'ResourceId.2': 'emi-1',
      'Tag.1.Key': 'a',
      'Tag.1.Value': '',
      'Tag.2.Key': 'b',
      'Tag.2.Value': 'c',
    },
  ],
  [
    'euca-delete-tags --tag a --tag b= --tag c=d i-1',
    {
      Action: 'DeleteTags',
      'ResourceId.1': 'i-1',
      'Tag.1.Key': 'a',
      'Tag.2.Key': 'b',
      'Tag.2.Value': '',
      'Tag.3.Key': 'c',
      'Tag.3.Value': 'd',
    },
  ],
]

describe('A tool sends what its options say:', () => {
  let service: Recorder
  before(async () => {
    service = await recorder()
  })
  after(() => service.close())

  itSends(cases, () => service)

  it('a key from standard input, in base64', async () => {
    await service.tool(['euca-import-keypair', '-f', '-', 'mine'], 'ssh-rsa AAAA me\n')
    const { KeyName, PublicKeyMaterial = '' } = service.requests.at(-1) ?? {}
    assert.equal(KeyName, 'mine')
    assert.equal(Buffer.from(PublicKeyMaterial, 'base64').toString(), 'ssh-rsa AAAA me\n')
  })
})
