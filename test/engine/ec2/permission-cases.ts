// SPDX-License-Identifier: BSD-2-Clause
// What every operation of EC2 asks of policies: with this request, its own action on each of these things, no more and no
// less.
import { arnIn } from './people'
import type { Things } from './permission-things'
import { emptyListCases, networkCases, networkLists } from './vpc/network-cases'

/** An ARN that the operation's own action is asked for, or another action on one. */
export type Needed = string | { readonly action: string; readonly on: string }

export interface Case {
  readonly operation: string
  readonly input: object
  readonly needs: readonly Needed[]
}

const of = (operation: string, input: object, ...needs: readonly Needed[]): Case => ({
  operation,
  input,
  needs,
})

const tags = (ResourceType: string) => ({
  TagSpecifications: [{ ResourceType, Tags: [{ Key: 'team', Value: 'red' }] }],
})

/** Operations that are about things. */
export const casesOf = (things: Things, account: string): readonly Case[] => {
  const arn = arnIn(account)
  const { image, instance, volume, attached, snapshot, group, address, keyPair, rule } = things
  const one = { InstanceId: instance }
  const some = { InstanceIds: [instance] }
  const onImage = arn('image', image)
  const onInstance = arn('instance', instance)
  const onVolume = arn('volume', volume)
  const onSnapshot = arn('snapshot', snapshot)
  const onGroup = arn('security-group', group)
  const onAddress = arn('address', address)
  const tagging = (type: string) => ({ action: 'ec2:CreateTags', on: arn(type) })
  const run = { ImageId: image, MinCount: 1, MaxCount: 1, SecurityGroups: ['hers'], KeyName: 'hers' }
  const launch = [
    ...[onImage, arn('instance'), arn('key-pair', 'hers'), onGroup, arn('vmtype', 'm1.small')],
    arn('availabilityzone', 'PARTI00'),
  ]
  const inZone = { Placement: { AvailabilityZone: 'PARTI00' } }
  const disk = { Format: 'RAW', Bytes: 1, ImportManifestUrl: 'http://127.0.0.1:8773/b/k' }
  return [
    of('RegisterImage', { Name: 'new', ImageLocation: 'b/k.manifest.xml' }, arn('image')),
    of('RegisterImage', { Name: 'new', ...tags('image') }, arn('image'), tagging('image')),
    of(
      'RegisterImage',
      { Name: 'new', BlockDeviceMappings: [{ DeviceName: '/dev/sda', Ebs: { SnapshotId: snapshot } }] },
      ...[arn('image'), onSnapshot],
    ),
    of('DeregisterImage', { ImageId: image }, onImage),
    of('DescribeImageAttribute', { ImageId: image, Attribute: 'launchPermission' }, onImage),
    of('ModifyImageAttribute', { ImageId: image, LaunchPermission: { Add: [{ Group: 'all' }] } }, onImage),
    of('ResetImageAttribute', { ImageId: image, Attribute: 'launchPermission' }, onImage),

    of('RunInstances', { ...run, ...inZone }, ...launch),
    of('RunInstances', { ...run, ...inZone, ...tags('instance') }, ...launch, tagging('instance')),
    of(
      'RunInstances',
      { ...run, ...inZone, BlockDeviceMappings: [{ DeviceName: '/dev/sdx', Ebs: { SnapshotId: snapshot } }] },
      ...[...launch, arn('volume'), onSnapshot],
    ),
    ...[
      'TerminateInstances',
      'RebootInstances',
      'StopInstances',
      'StartInstances',
      'MonitorInstances',
      'UnmonitorInstances',
    ].map(operation => of(operation, some, onInstance)),
    of('ConfirmProductInstance', { ...one, ProductCode: 'abc' }, onInstance),
    of('GetConsoleOutput', one, onInstance),
    of('GetPasswordData', one, onInstance),
    of('DescribeInstanceAttribute', { ...one, Attribute: 'userData' }, onInstance),
    of('ModifyInstanceAttribute', { ...one, DisableApiTermination: { Value: true } }, onInstance),
    of('ModifyInstanceMetadataOptions', { ...one, HttpTokens: 'required' }, onInstance),
    of('AssociateIamInstanceProfile', { ...one, IamInstanceProfile: { Name: 'none' } }, onInstance),
    of(
      'ReplaceIamInstanceProfileAssociation',
      { AssociationId: things.association, IamInstanceProfile: { Name: 'none' } },
      onInstance,
    ),
    // It cannot be tried without being done: this one is not there.
    of(
      'DisassociateIamInstanceProfile',
      { AssociationId: 'iip-assoc-0000dead' },
      arn('instance', 'i-0000dead'),
    ),
    of('ResetInstanceAttribute', { ...one, Attribute: 'kernel' }, onInstance),
    of('BundleInstance', { ...one, Storage: { S3: { Bucket: 'hers', Prefix: 'new' } } }, onInstance),
    of('CancelBundleTask', { BundleId: things.bundle }, onInstance),
    of('CreateImage', { ...one, Name: 'new' }, arn('image'), arn('snapshot'), onInstance),
    of(
      'CopyImage',
      { SourceRegion: 'eucalyptus', SourceImageId: image, Name: 'new' },
      ...[arn('image'), arn('snapshot'), onImage],
    ),

    of('CreateVolume', { AvailabilityZone: 'PARTI00', Size: 1 }, arn('volume')),
    of(
      'CreateVolume',
      { AvailabilityZone: 'PARTI00', SnapshotId: snapshot, ...tags('volume') },
      ...[arn('volume'), tagging('volume'), onSnapshot],
    ),
    of('DeleteVolume', { VolumeId: volume }, onVolume),
    of('AttachVolume', { ...one, VolumeId: volume, Device: '/dev/sdh' }, onVolume, onInstance),
    of('DetachVolume', { VolumeId: attached }, arn('volume', attached), onInstance),
    of('DescribeVolumeAttribute', { VolumeId: volume, Attribute: 'autoEnableIO' }, onVolume),
    of('ModifyVolumeAttribute', { VolumeId: volume, AutoEnableIO: { Value: true } }, onVolume),
    of('EnableVolumeIO', { VolumeId: volume }, onVolume),
    of('ModifyVolume', { VolumeId: volume, Size: 2 }, onVolume),
    of('CreateSnapshot', { VolumeId: volume }, arn('snapshot'), onVolume),
    of(
      'CreateSnapshots',
      { InstanceSpecification: { InstanceId: instance }, ...tags('snapshot') },
      ...[arn('snapshot'), tagging('snapshot'), arn('volume', attached), onInstance],
    ),
    of(
      'CopySnapshot',
      { SourceRegion: 'eucalyptus', SourceSnapshotId: snapshot, ...tags('snapshot') },
      ...[arn('snapshot'), tagging('snapshot'), onSnapshot],
    ),
    of('DeleteSnapshot', { SnapshotId: snapshot }, onSnapshot),
    of('DescribeSnapshotAttribute', { SnapshotId: snapshot, Attribute: 'productCodes' }, onSnapshot),
    of(
      'ModifySnapshotAttribute',
      { SnapshotId: snapshot, CreateVolumePermission: { Add: [{ Group: 'all' }] } },
      onSnapshot,
    ),
    of('ResetSnapshotAttribute', { SnapshotId: snapshot, Attribute: 'createVolumePermission' }, onSnapshot),

    of('ImportVolume', { AvailabilityZone: 'PARTI00', Image: disk, Volume: { Size: 1 } }, arn('volume')),
    of(
      'ImportInstance',
      {
        Platform: 'Linux',
        DiskImages: [{ Image: disk, Volume: { Size: 1 } }],
        LaunchSpecification: {
          Architecture: 'x86_64',
          InstanceType: 'm1.large',
          GroupIds: [group],
          ...inZone,
        },
      },
      ...[arn('instance'), arn('volume'), arn('snapshot'), arn('image'), onGroup],
      ...[arn('vmtype', 'm1.large'), arn('availabilityzone', 'PARTI00')],
    ),
    of(
      'ImportInstance',
      {
        Platform: 'Linux',
        DiskImages: [{ Image: disk, Volume: { Size: 1 } }],
        LaunchSpecification: { Architecture: 'x86_64', InstanceType: 'm1.large', GroupIds: [group] },
      },
      ...[arn('instance'), arn('volume'), arn('snapshot'), arn('image'), onGroup],
      ...[arn('vmtype', 'm1.large'), arn('availabilityzone', 'PARTI00')],
    ),
    of('CancelConversionTask', { ConversionTaskId: 'import-vol-0000a11c' }, '*'),
    of('DescribeConversionTasks', {}, '*'),

    of('CreateKeyPair', { KeyName: 'new', ...tags('key-pair') }, arn('key-pair', 'new'), {
      ...{ action: 'ec2:CreateTags', on: arn('key-pair', 'new') },
    }),
    of('ImportKeyPair', { KeyName: 'new', PublicKeyMaterial: Buffer.from('x') }, arn('key-pair', 'new')),
    of('DeleteKeyPair', { KeyName: 'hers' }, arn('key-pair', 'hers')),
    of('DeleteKeyPair', { KeyPairId: keyPair }, arn('key-pair', 'hers')),
    of('CreateSecurityGroup', { GroupName: 'new', Description: 'new' }, arn('security-group')),
    of('DeleteSecurityGroup', { GroupName: 'hers' }, onGroup),
    of('DeleteSecurityGroup', { GroupId: group }, onGroup),
    of(
      'AuthorizeSecurityGroupIngress',
      { GroupId: group, IpProtocol: 'tcp', FromPort: 1, ToPort: 2, CidrIp: '0.0.0.0/0' },
      onGroup,
    ),
    of(
      'AuthorizeSecurityGroupIngress',
      {
        ...{ GroupId: group, IpProtocol: 'tcp', FromPort: 1, ToPort: 2, CidrIp: '0.0.0.0/0' },
        ...tags('security-group-rule'),
      },
      ...[onGroup, tagging('security-group-rule')],
    ),
    of('RevokeSecurityGroupIngress', { GroupId: group, SecurityGroupRuleIds: [rule] }, onGroup),
    of('AuthorizeSecurityGroupEgress', { GroupId: group }, onGroup),
    of('RevokeSecurityGroupEgress', { GroupId: group }, onGroup),
    of('UpdateSecurityGroupRuleDescriptionsIngress', { GroupId: group }, onGroup),
    of('UpdateSecurityGroupRuleDescriptionsEgress', { GroupId: group }, onGroup),
    of(
      'ModifySecurityGroupRules',
      { GroupId: group, SecurityGroupRules: [{ SecurityGroupRuleId: rule }] },
      onGroup,
    ),
    of('AllocateAddress', {}, arn('address')),
    of('AssociateAddress', { ...one, PublicIp: address }, onAddress, onInstance),
    of('DisassociateAddress', { PublicIp: address }, onAddress),
    of('ReleaseAddress', { PublicIp: address }, onAddress),
    ...['CreateTags', 'DeleteTags'].map(operation =>
      of(
        operation,
        {
          Resources: [image, instance, volume, snapshot, group, rule, keyPair],
          Tags: [{ Key: 'team', Value: 'blue' }],
        },
        ...[onImage, onInstance, onVolume, onSnapshot, onGroup],
        ...[arn('security-group-rule', rule), arn('key-pair', 'hers')],
      ),
    ),
    ...networkCases(things, arn).map(([operation, input, ...needs]) => of(operation, input, ...needs)),
    of('CreateVpc', { CidrBlock: '10.1.0.0/16', ...tags('vpc') }, arn('vpc'), tagging('vpc')),
    ...emptyListCases.map(([operation, input, needs]) => of(operation, input, needs)),
    of('DescribeRegions', {}, '*'),
    of('DescribeAccountAttributes', {}, '*'),
  ]
}

export interface ListCase {
  readonly operation: string
  readonly input: object
  /** What is in the answer when it may be seen, and the ARN that it may be seen by. */
  readonly shows: string
  readonly by: string
  /** Asked for by name and not to be seen, it is unknown. */
  readonly named?: object
  readonly unknown?: string
}

/** Operations that list things. */
export const listsOf = (things: Things, account: string): readonly ListCase[] => {
  const arn = arnIn(account)
  const { image, instance, attached, volume, snapshot, group, address, rule } = things
  const byInstance = { shows: instance, by: arn('instance', instance) }
  const noInstance = { named: { InstanceIds: [instance] }, unknown: 'InvalidInstanceID.NotFound' }
  const byVolume = { shows: attached, by: arn('volume', attached) }
  const noVolume = { named: { VolumeIds: [attached] }, unknown: 'InvalidVolume.NotFound' }
  const byGroup = { shows: group, by: arn('security-group', group) }
  const list = (operation: string, about: Omit<ListCase, 'operation' | 'input'>, input: object = {}) => ({
    ...{ operation, input, ...about },
  })
  return [
    list('DescribeImages', {
      ...{ shows: image, by: arn('image', image) },
      ...{ named: { ImageIds: [image] }, unknown: 'InvalidAMIID.NotFound' },
    }),
    list('DescribeInstances', { ...byInstance, ...noInstance }),
    list('DescribeInstanceStatus', { ...byInstance, ...noInstance }),
    list('DescribeIamInstanceProfileAssociations', {
      ...{ shows: things.association, by: byInstance.by },
      ...{ named: { AssociationIds: [things.association] }, unknown: 'InvalidAssociationID.NotFound' },
    }),
    list('DescribeBundleTasks', {
      ...{ shows: things.bundle, by: byInstance.by },
      ...{ named: { BundleIds: [things.bundle] }, unknown: 'InvalidBundleID.NotFound' },
    }),
    list('DescribeVolumes', { ...byVolume, ...noVolume }),
    list('DescribeVolumeStatus', { ...byVolume, ...noVolume }),
    list('DescribeVolumesModifications', {
      ...{ shows: volume, by: arn('volume', volume) },
      ...{ named: { VolumeIds: [volume] }, unknown: 'InvalidVolume.NotFound' },
    }),
    list('DescribeSnapshots', {
      ...{ shows: snapshot, by: arn('snapshot', snapshot) },
      ...{ named: { SnapshotIds: [snapshot] }, unknown: 'InvalidSnapshot.NotFound' },
    }),
    list('DescribeKeyPairs', {
      ...{ shows: 'hers', by: arn('key-pair', 'hers') },
      ...{ named: { KeyNames: ['hers'] }, unknown: 'InvalidKeyPair.NotFound' },
    }),
    list('DescribeSecurityGroups', {
      ...byGroup,
      ...{ named: { GroupNames: ['hers'] }, unknown: 'InvalidGroup.NotFound' },
    }),
    list('DescribeSecurityGroupRules', {
      ...{ shows: rule, by: byGroup.by },
      ...{ named: { SecurityGroupRuleIds: [rule] }, unknown: 'InvalidSecurityGroupRuleId.NotFound' },
    }),
    list('DescribeAddresses', {
      ...{ shows: address, by: arn('address', address) },
      ...{ named: { PublicIps: [address] }, unknown: 'InvalidAddress.NotFound' },
    }),
    ...networkLists(things, arn).map(([operation, shows, by, named, unknown]) =>
      list(operation, { shows, by, named, unknown }),
    ),
    list('DescribeTags', byInstance),
    list('DescribeAvailabilityZones', {
      ...{ shows: 'PARTI01', by: arn('availabilityzone', 'PARTI01') },
      ...{ named: { ZoneNames: ['PARTI01'] }, unknown: 'InvalidParameterValue' },
    }),
    list('DescribeInstanceTypeOfferings', { shows: 'm1.large', by: arn('vmtype', 'm1.large') }),
    list('DescribeInstanceTypes', {
      ...{ shows: 'm1.large', by: arn('vmtype', 'm1.large') },
      ...{ named: { InstanceTypes: ['m1.large'] }, unknown: 'InvalidParameterValue' },
    }),
  ]
}

/** What administrators of the cloud alone do, whatever policies say; their tests say more. */
export const ofAdministrators = ['ModifyInstanceTypeAttribute']
