// SPDX-License-Identifier: BSD-2-Clause
// Volumes, boot from EBS, import and conversion, as boto3 and the AWS CLI drive them. A guest that writes to its disk is
// played by writing to the volume's device file, which is what the cloud has such files for.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Json, need, type Program, program, python } from '../support/programs'
import { noise, type ServedCloud, servedCloud } from './served-cloud'

const preamble = `
import base64, glob, hashlib, json, os, sys, uuid
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, home = os.environ['CLOUD'], os.environ['CLOUD_HOME']

def client(name, **config):
    return boto3.client(name, endpoint_url=endpoint, config=Config(**config))

ec2 = client('ec2')
zone = 'PARTI00'

def wait(name, **more):
    ec2.get_waiter(name).wait(WaiterConfig={'Delay': 1, 'MaxAttempts': 30}, **more)

def code(call, **more):
    try:
        call(**more)
    except ClientError as error:
        return error.response['Error']['Code']
    return 'not refused'

def device(instance, name):
    found = glob.glob('%s/nodes/*/work/*/%s/dev/%s' % (home, instance, name))
    return found[0] if found else None

def write(path, position, data):
    with open(path, 'r+b') as disk:
        disk.seek(position)
        disk.write(data)

def read(path, position, count):
    with open(path, 'rb') as disk:
        disk.seek(position)
        return disk.read(count).decode()

def new_volume(size, content):
    volume = ec2.create_volume(Size=size, AvailabilityZone=zone)['VolumeId']
    wait('volume_available', VolumeIds=[volume])
    write('%s/volumes/%s.raw' % (home, volume), 0, content)
    return volume

def new_snapshot(volume, **more):
    snapshot = ec2.create_snapshot(VolumeId=volume, **more)['SnapshotId']
    wait('snapshot_completed', SnapshotIds=[snapshot])
    return snapshot

def run(image, **more):
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, **more)['Instances'][0]['InstanceId']
    wait('instance_running', InstanceIds=[instance])
    return instance

def describe(instance):
    return ec2.describe_instances(InstanceIds=[instance])['Reservations'][0]['Instances'][0]

def volumes(instance):
    return {m['DeviceName']: m['Ebs']['VolumeId'] for m in describe(instance)['BlockDeviceMappings']}

def terminate(instance):
    ec2.terminate_instances(InstanceIds=[instance])
    wait('instance_terminated', InstanceIds=[instance])

def answer(**values):
    print(json.dumps(values))
`

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
      address: null,
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

  it('reads a snapshot by the EBS direct APIs, and writes one', async () => {
    const told = await boto3(`
ebs = client('ebs')
content = os.urandom(700000)
volume = new_volume(1, content)
snapshot = new_snapshot(volume)
listed = ebs.list_snapshot_blocks(SnapshotId=snapshot)
disk = bytearray(2 * 524288)
hashes = []
for block in listed['Blocks']:
    got = ebs.get_snapshot_block(SnapshotId=snapshot, BlockIndex=block['BlockIndex'], BlockToken=block['BlockToken'])
    data = got['BlockData'].read()
    hashes.append(base64.b64encode(hashlib.sha256(data).digest()).decode() == got['Checksum'])
    disk[block['BlockIndex'] * 524288:(block['BlockIndex'] + 1) * 524288] = data
same = bytes(disk[:700000]) == content
started = ebs.start_snapshot(VolumeSize=1, Description='direct')
piece = os.urandom(524288)
digest = hashlib.sha256(piece).digest()
ebs.put_snapshot_block(SnapshotId=started['SnapshotId'], BlockIndex=7, BlockData=piece, DataLength=524288,
    Checksum=base64.b64encode(digest).decode(), ChecksumAlgorithm='SHA256')
ebs.complete_snapshot(SnapshotId=started['SnapshotId'], ChangedBlocksCount=1, ChecksumAlgorithm='SHA256',
    ChecksumAggregationMethod='LINEAR', Checksum=base64.b64encode(hashlib.sha256(digest).digest()).decode())
wait('snapshot_completed', SnapshotIds=[started['SnapshotId']])
made = ec2.create_volume(SnapshotId=started['SnapshotId'], AvailabilityZone=zone)['VolumeId']
wait('volume_available', VolumeIds=[made])
with open('%s/volumes/%s.raw' % (home, made), 'rb') as disk:
    disk.seek(7 * 524288)
    back = disk.read(524288) == piece
wrong = code(ebs.put_snapshot_block, SnapshotId=ebs.start_snapshot(VolumeSize=1)['SnapshotId'], BlockIndex=0,
    BlockData=piece, DataLength=524288, Checksum=base64.b64encode(b'0' * 32).decode(), ChecksumAlgorithm='SHA256')
answer(count=len(listed['Blocks']), hashes=hashes, same=same, back=back, size=started['VolumeSize'], wrong=wrong)
`)
    assert.deepEqual(told, {
      count: 2,
      hashes: [true, true],
      same: true,
      back: true,
      size: 1,
      wrong: 'ValidationException',
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

  it('writes and reads blocks by the EBS direct APIs', async () => {
    const block = noise(524_288, 3)
    const checksum = createHash('sha256').update(block).digest('base64')
    const file = cloud.file('block', block)
    const { SnapshotId } = await aws.json`ebs start-snapshot --volume-size 1`
    const put = ['--data-length', '524288', '--checksum', checksum, '--checksum-algorithm', 'SHA256']
    await aws.json`ebs put-snapshot-block --snapshot-id ${SnapshotId} --block-index 2047 --block-data ${file} ${put}`
    await aws.json`ebs complete-snapshot --snapshot-id ${SnapshotId} --changed-blocks-count 1`
    await until(
      () => aws.json`ec2 describe-snapshots --snapshot-ids ${SnapshotId}`,
      ({ Snapshots: [one] }) => one.State === 'completed',
    )
    const { Blocks } = await aws.json`ebs list-snapshot-blocks --snapshot-id ${SnapshotId}`
    assert.deepEqual(
      Blocks.map((one: Json) => one.BlockIndex),
      [2047],
    )
    const token = Blocks[0].BlockToken
    await aws.json`ebs get-snapshot-block --snapshot-id ${SnapshotId} --block-index 2047 --block-token ${token} back`
    assert.ok(readFileSync(join(cloud.work, 'back')).equals(block))
  })
})
