// SPDX-License-Identifier: BSD-2-Clause
// What the tools of volumes, snapshots and stopped instances send, and what they refuse before they send anything.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Recorder, recorder } from './recorder'
import { itSends, type Sent } from './sending'

const cases: readonly Sent[] = [
  [
    'euca-create-volume -z PARTI00 -s 5 -t io1 -i 100',
    { Action: 'CreateVolume', AvailabilityZone: 'PARTI00', Size: '5', VolumeType: 'io1', Iops: '100' },
  ],
  [
    'euca-create-volume -z PARTI00 --snapshot snap-1',
    { Action: 'CreateVolume', AvailabilityZone: 'PARTI00', SnapshotId: 'snap-1' },
  ],
  // What is no size is for the service to refuse.
  ['euca-create-volume -z z -s 0', { Action: 'CreateVolume', AvailabilityZone: 'z', Size: '0' }],
  ['euca-delete-volume vol-1', { Action: 'DeleteVolume', VolumeId: 'vol-1' }],
  [
    'euca-attach-volume -i i-1 -d /dev/sdf vol-1',
    { Action: 'AttachVolume', VolumeId: 'vol-1', InstanceId: 'i-1', Device: '/dev/sdf' },
  ],
  ['euca-detach-volume vol-1', { Action: 'DetachVolume', VolumeId: 'vol-1', Force: 'false' }],
  [
    'euca-detach-volume -f -i i-1 -d sdf vol-1',
    { Action: 'DetachVolume', VolumeId: 'vol-1', InstanceId: 'i-1', Device: 'sdf', Force: 'true' },
  ],
  [
    'euca-describe-volumes vol-1 vol-2 --filter size=5 --filter tag:a=b',
    {
      Action: 'DescribeVolumes',
      'VolumeId.1': 'vol-1',
      'VolumeId.2': 'vol-2',
      'Filter.1.Name': 'size',
      'Filter.1.Value.1': '5',
      'Filter.2.Name': 'tag:a',
      'Filter.2.Value.1': 'b',
    },
  ],
  [
    'euca-create-snapshot -d text vol-1',
    { Action: 'CreateSnapshot', VolumeId: 'vol-1', Description: 'text' },
  ],
  ['euca-delete-snapshot snap-1', { Action: 'DeleteSnapshot', SnapshotId: 'snap-1' }],
  [
    'euca-describe-snapshots --filter status=completed',
    {
      Action: 'DescribeSnapshots',
      'Owner.1': 'self',
      'Filter.1.Name': 'status',
      'Filter.1.Value.1': 'completed',
    },
    {
      Action: 'DescribeSnapshots',
      'RestorableBy.1': 'self',
      'Filter.1.Name': 'status',
      'Filter.1.Value.1': 'completed',
    },
  ],
  ['euca-describe-snapshots -a', { Action: 'DescribeSnapshots' }],
  ['euca-describe-snapshots -a snap-1', { Action: 'DescribeSnapshots', 'SnapshotId.1': 'snap-1' }],
  [
    'euca-describe-snapshots -o self -o 123456789012 -r all snap-1',
    {
      Action: 'DescribeSnapshots',
      'Owner.1': 'self',
      'Owner.2': '123456789012',
      'RestorableBy.1': 'all',
      'SnapshotId.1': 'snap-1',
    },
  ],
  [
    'euca-describe-snapshot-attribute -c snap-1',
    { Action: 'DescribeSnapshotAttribute', SnapshotId: 'snap-1', Attribute: 'createVolumePermission' },
  ],
  [
    'euca-describe-snapshot-attribute -p snap-1',
    { Action: 'DescribeSnapshotAttribute', SnapshotId: 'snap-1', Attribute: 'productCodes' },
  ],
  [
    'euca-modify-snapshot-attribute -c -a all -a 123456789012 -r 210987654321 snap-1',
    {
      Action: 'ModifySnapshotAttribute',
      SnapshotId: 'snap-1',
      'CreateVolumePermission.Add.1.Group': 'all',
      'CreateVolumePermission.Add.2.UserId': '123456789012',
      'CreateVolumePermission.Remove.1.UserId': '210987654321',
    },
  ],
  [
    'euca-reset-snapshot-attribute -c snap-1',
    { Action: 'ResetSnapshotAttribute', SnapshotId: 'snap-1', Attribute: 'createVolumePermission' },
  ],
  [
    'euca-create-image -n image -d text --no-reboot -b sdb=snap-1::false -b sdc=none i-1',
    {
      Action: 'CreateImage',
      InstanceId: 'i-1',
      Name: 'image',
      Description: 'text',
      NoReboot: 'true',
      'BlockDeviceMapping.1.DeviceName': 'sdb',
      'BlockDeviceMapping.1.Ebs.SnapshotId': 'snap-1',
      'BlockDeviceMapping.1.Ebs.DeleteOnTermination': 'false',
      'BlockDeviceMapping.2.DeviceName': 'sdc',
      'BlockDeviceMapping.2.NoDevice': 'true',
    },
  ],
  ['euca-create-image -n image i-1', { Action: 'CreateImage', InstanceId: 'i-1', Name: 'image' }],
  [
    'euca-copy-image -r there -s emi-1 -n image -d text -c once',
    {
      Action: 'CopyImage',
      SourceRegion: 'there',
      SourceImageId: 'emi-1',
      Name: 'image',
      Description: 'text',
      ClientToken: 'once',
    },
  ],
  [
    'euca-copy-image -r there -s emi-1',
    { Action: 'CopyImage', SourceRegion: 'there', SourceImageId: 'emi-1' },
  ],
  [
    'euca-start-instances i-1 i-2',
    { Action: 'StartInstances', 'InstanceId.1': 'i-1', 'InstanceId.2': 'i-2' },
  ],
  ['euca-stop-instances i-1', { Action: 'StopInstances', 'InstanceId.1': 'i-1' }],
  ['euca-stop-instances -f i-1', { Action: 'StopInstances', 'InstanceId.1': 'i-1', Force: 'true' }],
  [
    'euca-register -n image --root-device-name /dev/sda -b /dev/sda=snap-1:20:false -b sdb=:5 -b sdc=none',
    {
      Action: 'RegisterImage',
      Name: 'image',
      RootDeviceName: '/dev/sda',
      'BlockDeviceMapping.1.DeviceName': '/dev/sda',
      'BlockDeviceMapping.1.Ebs.SnapshotId': 'snap-1',
      'BlockDeviceMapping.1.Ebs.VolumeSize': '20',
      'BlockDeviceMapping.1.Ebs.DeleteOnTermination': 'false',
      'BlockDeviceMapping.2.DeviceName': 'sdb',
      'BlockDeviceMapping.2.Ebs.VolumeSize': '5',
      'BlockDeviceMapping.3.DeviceName': 'sdc',
      'BlockDeviceMapping.3.NoDevice': 'true',
    },
  ],
  [
    'euca-run-instances emi-1 -b /dev/sda1=:100 -b sdb=snap-1::FALSE:io1:200 -b sdc=ephemeral0 -b sdd=none',
    {
      Action: 'RunInstances',
      ImageId: 'emi-1',
      MinCount: '1',
      MaxCount: '1',
      'BlockDeviceMapping.1.DeviceName': '/dev/sda1',
      'BlockDeviceMapping.1.Ebs.VolumeSize': '100',
      'BlockDeviceMapping.2.DeviceName': 'sdb',
      'BlockDeviceMapping.2.Ebs.SnapshotId': 'snap-1',
      'BlockDeviceMapping.2.Ebs.DeleteOnTermination': 'false',
      'BlockDeviceMapping.2.Ebs.VolumeType': 'io1',
      'BlockDeviceMapping.2.Ebs.Iops': '200',
      'BlockDeviceMapping.3.DeviceName': 'sdc',
      'BlockDeviceMapping.3.VirtualName': 'ephemeral0',
      'BlockDeviceMapping.4.DeviceName': 'sdd',
      'BlockDeviceMapping.4.NoDevice': 'true',
    },
  ],
]

const asked = (option: string, Attribute: string): Sent => [
  `euca-describe-instance-attribute ${option} i-1`,
  { Action: 'DescribeInstanceAttribute', InstanceId: 'i-1', Attribute },
]

const changed = (options: string, sent: Record<string, string>): Sent => [
  `euca-modify-instance-attribute ${options} i-1`,
  { Action: 'ModifyInstanceAttribute', InstanceId: 'i-1', ...sent },
]

const attributes: readonly Sent[] = [
  asked('-b', 'blockDeviceMapping'),
  asked('--disable-api-termination', 'disableApiTermination'),
  asked('--ebs-optimized', 'ebsOptimized'),
  asked('-g', 'groupSet'),
  asked('-p', 'productCodes'),
  asked('--instance-initiated-shutdown-behavior', 'instanceInitiatedShutdownBehavior'),
  asked('-t', 'instanceType'),
  asked('--kernel', 'kernel'),
  asked('--ramdisk', 'ramdisk'),
  asked('--root-device-name', 'rootDeviceName'),
  asked('--source-dest-check', 'sourceDestCheck'),
  asked('--user-data', 'userData'),
  changed('-b /dev/sda=::false -b sdb=::True', {
    'BlockDeviceMapping.1.DeviceName': '/dev/sda',
    'BlockDeviceMapping.1.Ebs.DeleteOnTermination': 'false',
    'BlockDeviceMapping.2.DeviceName': 'sdb',
    'BlockDeviceMapping.2.Ebs.DeleteOnTermination': 'true',
  }),
  changed('--disable-api-termination true', { 'DisableApiTermination.Value': 'true' }),
  changed('--ebs-optimized false', { 'EbsOptimized.Value': 'false' }),
  changed('-g sg-1 -g sg-2', { 'GroupId.1': 'sg-1', 'GroupId.2': 'sg-2' }),
  changed('--instance-initiated-shutdown-behavior terminate', {
    'InstanceInitiatedShutdownBehavior.Value': 'terminate',
  }),
  changed('-t c1.medium', { 'InstanceType.Value': 'c1.medium' }),
  changed('--kernel eki-1', { 'Kernel.Value': 'eki-1' }),
  changed('--ramdisk eri-1', { 'Ramdisk.Value': 'eri-1' }),
  changed('--source-dest-check true', { 'SourceDestCheck.Value': 'true' }),
  changed('--sriov simple', { 'SriovNetSupport.Value': 'simple' }),
  changed('--user-data not+base64!', { 'UserData.Value': 'not+base64!' }),
  changed('--user-data=', { 'UserData.Value': '' }),
  [
    'euca-reset-instance-attribute --kernel i-1',
    { Action: 'ResetInstanceAttribute', InstanceId: 'i-1', Attribute: 'kernel' },
  ],
  [
    'euca-reset-instance-attribute --ramdisk i-1',
    { Action: 'ResetInstanceAttribute', InstanceId: 'i-1', Attribute: 'ramdisk' },
  ],
  [
    'euca-reset-instance-attribute --source-dest-check i-1',
    { Action: 'ResetInstanceAttribute', InstanceId: 'i-1', Attribute: 'sourceDestCheck' },
  ],
]

const refusals: readonly (readonly [typed: string, message: string])[] = [
  ['euca-create-volume -s 1', 'argument -z/--availability-zone is required'],
  ['euca-create-volume -z z', 'at least one of the arguments -s/--size --snapshot is required'],
  ['euca-create-volume -z z -s many', "argument -s/--size: invalid int value: 'many'"],
  ['euca-create-volume -z z -s 1 -i 9', 'argument -i/--iops: -t/--type is required as well'],
  [
    'euca-create-volume -z z -s 1 -t standard -i 9',
    'argument -i/--iops: not allowed with volume type "standard"',
  ],
  ['euca-attach-volume vol-1 -d sdf', 'argument -i/--instance is required'],
  ['euca-attach-volume vol-1 -i i-1', 'argument -d/--device is required'],
  [
    'euca-describe-volumes --filter size=big',
    "argument --filter: size filter value 'big' must have type int",
  ],
  ['euca-describe-snapshots -a -o self', 'argument -a/--all: not allowed with argument -o/--owner'],
  ['euca-describe-snapshots -a -r self', 'argument -a/--all: not allowed with argument -r/--restorable-by'],
  [
    'euca-describe-snapshot-attribute snap-1',
    'one of the arguments -c/--create-volume-permission -p/--product-codes is required',
  ],
  ['euca-modify-snapshot-attribute -a all snap-1', 'argument -c/--create-volume-permission is required'],
  [
    'euca-modify-snapshot-attribute -c snap-1',
    'at least one entity must be specified with -a/--add or -r/--remove',
  ],
  ['euca-reset-snapshot-attribute snap-1', 'argument -c/--create-volume-permission is required'],
  ['euca-create-image i-1', 'argument -n/--name is required'],
  ['euca-copy-image -r there', 'argument -s/--source-ami-id is required'],
  [
    'euca-reset-instance-attribute --kernel --ramdisk i-1',
    'argument --ramdisk: not allowed with argument --kernel',
  ],
  [
    'euca-modify-instance-attribute -b sda=:5 i-1',
    "argument -b/--block-device-mapping: block device mapping 'sda=:5' must have form DEVICE=::true or DEVICE=::false",
  ],
  [
    'euca-modify-instance-attribute --sriov full i-1',
    "argument --sriov: invalid choice: 'full' (choose from 'simple')",
  ],
  [
    'euca-modify-instance-attribute --user-data a --user-data-file b i-1',
    'argument --user-data-file: not allowed with argument --user-data',
  ],
]

describe('A tool of volumes, snapshots or stopped instances sends what its options say:', () => {
  let service: Recorder
  let cwd: string
  before(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'mallee-volumes-'))
    service = await recorder(() => '<Response/>', { cwd })
  })
  after(async () => {
    await service.close()
    rmSync(cwd, { recursive: true })
  })

  itSends(cases, () => service)
  itSends(attributes, () => service)

  it('user data of a file or of standard input, in base64', async () => {
    writeFileSync(join(cwd, 'data'), Buffer.from([0, 255, 10]))
    for (const file of ['data', '-']) {
      await service.tool(['euca-modify-instance-attribute', '--user-data-file', file, 'i-1'], 'typed')
      const { 'UserData.Value': sent = '' } = service.requests.at(-1) ?? {}
      assert.equal(sent, Buffer.from(file === '-' ? 'typed' : [0, 255, 10]).toString('base64'))
    }
  })

  for (const [typed, message] of refusals) {
    it(`nothing for ${typed}`, async () => {
      const before = service.requests.length
      const { status, stderr } = await service.tool(typed.split(' '))
      assert.equal(status, 2)
      assert.equal(stderr.split('\n').at(-2), `${typed.split(' ')[0]}: error: ${message}`)
      assert.equal(service.requests.length, before)
    })
  }
})
