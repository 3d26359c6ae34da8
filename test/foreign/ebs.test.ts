// SPDX-License-Identifier: BSD-2-Clause
// Volumes, boot from EBS and import, as boto3 and the AWS CLI drive them. A guest that writes to its disk is
// played by writing to the volume's device file, which is what the cloud has such files for.
import assert from 'node:assert/strict'
import { type Json, need, type Program, program, python } from '../support/programs'
import { preamble } from './ebs-preamble'
import { type ServedCloud, servedCloud } from './served-cloud'

describe('boto3 as a user of volumes', () => {
  let cloud: ServedCloud

  before(async function () {
    need(this, 'python3:boto3')
    cloud = await servedCloud()
  })
  after(() => cloud?.close())

  const boto3 = (script: string): Promise<Json> =>
    python('boto3', `${preamble}${script}`, {
      env: { ...cloud.env, CLOUD: cloud.endpoint, CLOUD_HOME: cloud.home },
      cwd: cloud.work,
    })

  it('boots from a snapshot, stops and starts, and keeps what was written', async () => {
    const told = await boto3(`
root = new_volume(1, b'a root disk')
snapshot = new_snapshot(root, Description='root & more')
data = new_snapshot(new_volume(1, b'some data'))
image = ec2.register_image(Name='booted', RootDeviceName='/dev/sda', Architecture='x86_64', BlockDeviceMappings=[
    {'DeviceName': '/dev/sda', 'Ebs': {'SnapshotId': snapshot}},
    {'DeviceName': '/dev/sdb', 'Ebs': {'SnapshotId': data, 'DeleteOnTermination': False}},
    {'DeviceName': '/dev/sdc', 'VirtualName': 'ephemeral0'}])['ImageId']
in_use = code(ec2.delete_snapshot, SnapshotId=snapshot)
instance = run(image, BlockDeviceMappings=[
    {'DeviceName': '/dev/sda', 'Ebs': {'VolumeSize': 2, 'DeleteOnTermination': True}}])
had = volumes(instance)
size = ec2.describe_volumes(VolumeIds=[had['/dev/sda']])['Volumes'][0]['Size']
contents = [read(device(instance, 'sda'), 0, 11), read(device(instance, 'sdb'), 0, 9)]
write(device(instance, 'sda'), 1000, b'written by the guest')
ec2.stop_instances(InstanceIds=[instance])
wait('instance_stopped', InstanceIds=[instance])
stopped = describe(instance)
gone = device(instance, 'sda') is None
ec2.start_instances(InstanceIds=[instance])
wait('instance_running', InstanceIds=[instance])
kept = read(device(instance, 'sda'), 1000, 20)
same = volumes(instance) == had
copy = ec2.create_image(InstanceId=instance, Name='copied', NoReboot=True)['ImageId']
wait('image_available', ImageIds=[copy])
terminate(instance)
wait('volume_deleted', VolumeIds=[had['/dev/sda']])
survivor = ec2.describe_volumes(VolumeIds=[had['/dev/sdb']])['Volumes'][0]
second = run(copy)
again = [read(device(second, 'sda'), 1000, 20), read(device(second, 'sdb'), 0, 9)]
terminate(second)
answer(in_use=in_use, devices=sorted(had), size=size, contents=contents, gone=gone, kept=kept, same=same,
       address=stopped.get('PrivateIpAddress'), reason=stopped['StateTransitionReason'],
       root=stopped['RootDeviceType'], survivor=[survivor['State'], survivor['Attachments']], again=again)
`)
    assert.deepEqual(told, {
      in_use: 'InvalidSnapshot.InUse',
      devices: ['/dev/sda', '/dev/sdb'],
      size: 2,
      contents: ['a root disk', 'some data'],
      gone: true,
      kept: 'written by the guest',
      same: true,
      // In a VPC it stays with the interface.
      address: '172.31.0.4',
      reason: 'User stopped.',
      root: 'ebs',
      survivor: ['available', []],
      again: ['written by the guest', 'some data'],
    })
  })

  it('shares snapshots, filters and pages them, and is told what is wrong', async () => {
    const told = await boto3(`
volume = new_volume(1, b'x')
first = new_snapshot(volume, TagSpecifications=[{'ResourceType': 'snapshot', 'Tags': [{'Key': 'n', 'Value': '1'}]}])
second = new_snapshot(volume)
ec2.modify_snapshot_attribute(SnapshotId=first, Attribute='createVolumePermission', OperationType='add', GroupNames=['all'])
permissions = ec2.describe_snapshot_attribute(SnapshotId=first, Attribute='createVolumePermission')['CreateVolumePermissions']
filters = [{'Name': 'volume-id', 'Values': [volume]}, {'Name': 'tag:n', 'Values': ['1']}]
tagged = [s['SnapshotId'] for s in ec2.describe_snapshots(Filters=filters)['Snapshots']] == [first]
pages = ec2.get_paginator('describe_snapshots').paginate(OwnerIds=['self'], PaginationConfig={'PageSize': 5})
listed = {s['SnapshotId'] for page in pages for s in page['Snapshots']}
codes = [
    code(ec2.create_volume, AvailabilityZone=zone, SnapshotId='snap-00000000'),
    code(ec2.create_volume, AvailabilityZone='nowhere', Size=1),
    code(ec2.create_volume, AvailabilityZone=zone, Size=101),
    code(ec2.delete_volume, VolumeId='vol-00000000'),
    code(ec2.detach_volume, VolumeId=volume),
    code(ec2.attach_volume, VolumeId=volume, InstanceId='i-00000000', Device='/dev/sdf'),
    code(ec2.delete_snapshot, SnapshotId='snap-00000000'),
    code(ec2.create_snapshot, VolumeId='vol-00000000'),
]
for snapshot in (first, second):
    ec2.delete_snapshot(SnapshotId=snapshot)
answer(permissions=permissions, tagged=tagged, listed={first, second} <= listed, codes=codes)
`)
    assert.deepEqual(told, {
      permissions: [{ Group: 'all' }],
      tagged: true,
      listed: true,
      codes: [
        'InvalidSnapshot.NotFound',
        'InvalidZone.NotFound',
        'VolumeLimitExceeded',
        'InvalidVolume.NotFound',
        'IncorrectState',
        'InvalidInstanceID.NotFound',
        'InvalidSnapshot.NotFound',
        'InvalidVolume.NotFound',
      ],
    })
  })

  it('imports a disk that it uploads itself', async () => {
    const told = await boto3(`
s3 = client('s3', s3={'addressing_style': 'path'})
s3.create_bucket(Bucket='imports')
data = os.urandom(3 * 1024 * 1024 + 512)
parts = [data[at:at + 1024 * 1024] for at in range(0, len(data), 1024 * 1024)]
def url(call, key):
    return s3.generate_presigned_url(call, Params={'Bucket': 'imports', 'Key': key}, ExpiresIn=3600).replace('&', '&amp;')
rows = []
for number, part in enumerate(parts):
    key = 'disk.part.%d' % number
    start = number * 1024 * 1024
    rows.append('<part index="%d"><byte-range start="%d" end="%d"/><key>%s</key><head-url>%s</head-url><get-url>%s</get-url><delete-url>%s</delete-url></part>' % (
        number, start, start + len(part) - 1, key, url('head_object', key), url('get_object', key), url('delete_object', key)))
manifest = '''<?xml version="1.0" encoding="UTF-8" standalone="yes"?><manifest><version>2010-11-15</version><file-format>RAW</file-format>
<importer><name>test</name><version>1</version><release>0</release></importer><self-destruct-url>%s</self-destruct-url>
<import><size>%d</size><volume-size>1</volume-size><parts count="%d">%s</parts></import></manifest>''' % (
    url('delete_object', 'disk.manifest.xml'), len(data), len(parts), ''.join(rows))
where = s3.generate_presigned_url('get_object', Params={'Bucket': 'imports', 'Key': 'disk.manifest.xml'}, ExpiresIn=3600)
task = ec2.import_volume(AvailabilityZone=zone, Volume={'Size': 1}, Description='by hand',
    Image={'Format': 'RAW', 'Bytes': len(data), 'ImportManifestUrl': where})['ConversionTask']
waiting = task['State'], task['StatusMessage']
for number, part in enumerate(parts):
    s3.put_object(Bucket='imports', Key='disk.part.%d' % number, Body=part)
s3.put_object(Bucket='imports', Key='disk.manifest.xml', Body=manifest)
wait('conversion_task_completed', ConversionTaskIds=[task['ConversionTaskId']])
done = ec2.describe_conversion_tasks(ConversionTaskIds=[task['ConversionTaskId']])['ConversionTasks'][0]
volume = done['ImportVolume']['Volume']['Id']
with open('%s/volumes/%s.raw' % (home, volume), 'rb') as disk:
    same = disk.read(len(data)) == data and not any(disk.read(65536))
cancelled = code(ec2.cancel_conversion_task, ConversionTaskId='import-vol-00000000')
answer(waiting=waiting, state=done['State'], bytes=done['ImportVolume']['BytesConverted'] >= 0, same=same, code=cancelled != 'not refused')
`)
    assert.deepEqual(told, {
      waiting: ['active', told.waiting[1]],
      state: 'completed',
      bytes: true,
      same: true,
      code: true,
    })
  })
})

describe('the AWS CLI as a user of volumes', () => {
  let cloud: ServedCloud
  let aws: Program

  before(async function () {
    need(this, 'aws')
    cloud = await servedCloud()
    aws = program('aws', { env: cloud.env, cwd: cloud.work }, { last: ['--endpoint-url', cloud.endpoint] })
  })
  after(() => cloud?.close())

  /** Ask again until the answer is as wished. */
  const until = async (ask: () => Promise<Json>, isSo: (answer: Json) => boolean): Promise<Json> => {
    for (let tries = 0; tries < 40; tries++) {
      const answer = await ask()
      if (isSo(answer)) return answer
    }
    return assert.fail('it never came to that')
  }

  it('makes a volume, a snapshot, an image and an instance, and takes all away', async () => {
    const volume = await aws.json`ec2 create-volume --size 1 --availability-zone PARTI00`
    const volumes = () => aws.json`ec2 describe-volumes --volume-ids ${volume.VolumeId}`
    await until(volumes, ({ Volumes: [one] }) => one.State === 'available')
    const snapshot = await aws.json`ec2 create-snapshot --volume-id ${volume.VolumeId} --description one`
    await until(
      () => aws.json`ec2 describe-snapshots --snapshot-ids ${snapshot.SnapshotId}`,
      ({ Snapshots: [one] }) => one.State === 'completed' && one.Progress === '100%',
    )
    const mappings = JSON.stringify([{ DeviceName: '/dev/sda1', Ebs: { SnapshotId: snapshot.SnapshotId } }])
    const { ImageId } =
      await aws.json`ec2 register-image --name cli --architecture x86_64 --root-device-name /dev/sda1 --block-device-mappings ${mappings}`
    const {
      Images: [image],
    } = await aws.json`ec2 describe-images --image-ids ${ImageId}`
    assert.equal(image.RootDeviceType, 'ebs')
    assert.equal(image.BlockDeviceMappings[0].Ebs.SnapshotId, snapshot.SnapshotId)
    const {
      Instances: [{ InstanceId }],
    } = await aws.json`ec2 run-instances --image-id ${ImageId}`
    const instance = async () =>
      (await aws.json`ec2 describe-instances --instance-ids ${InstanceId}`).Reservations[0].Instances[0]
    await until(instance, ({ State }) => State.Name === 'running')
    await aws.json`ec2 attach-volume --volume-id ${volume.VolumeId} --instance-id ${InstanceId} --device /dev/sdf`
    await until(volumes, ({ Volumes: [one] }) => one.Attachments[0]?.State === 'attached')
    await aws.json`ec2 stop-instances --instance-ids ${InstanceId}`
    await until(instance, ({ State }) => State.Name === 'stopped')
    const devices = (await instance()).BlockDeviceMappings.map((one: Json) => one.DeviceName)
    assert.equal(devices.length, 2)
    await aws.json`ec2 detach-volume --volume-id ${volume.VolumeId}`
    await until(volumes, ({ Volumes: [one] }) => one.State === 'available')
    const ended = await aws.json`ec2 terminate-instances --instance-ids ${InstanceId}`
    assert.equal(ended.TerminatingInstances[0].CurrentState.Name, 'terminated')
    await aws`ec2 deregister-image --image-id ${ImageId}`
    await aws`ec2 delete-snapshot --snapshot-id ${snapshot.SnapshotId}`
    await aws`ec2 delete-volume --volume-id ${volume.VolumeId}`
  })
})
