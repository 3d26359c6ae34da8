// SPDX-License-Identifier: BSD-2-Clause
// Volumes and boot from EBS, as scripts for Eucalyptus have driven them with boto 2: its own classes for mappings and
// attachments, its old ways of reading answers, version 2 signatures.
import assert from 'node:assert/strict'
import { type Json, need, python } from '../support/programs'
import { type ServedCloud, servedCloud } from './served-cloud'

const preamble = `
import glob, json, os, time
from boto.ec2.blockdevicemapping import BlockDeviceMapping, BlockDeviceType
from boto.ec2.connection import EC2Connection
from boto.ec2.regioninfo import RegionInfo
from boto.exception import EC2ResponseError

region = RegionInfo(name='eucalyptus', endpoint=os.environ['CLOUD_HOST'])
ec2 = EC2Connection(os.environ['AWS_ACCESS_KEY_ID'], os.environ['AWS_SECRET_ACCESS_KEY'], is_secure=False,
                    port=int(os.environ['CLOUD_PORT']), path='/services/compute', region=region)
home, zone = os.environ['CLOUD_HOME'], 'PARTI00'

def refused(call, *args, **more):
    try:
        call(*args, **more)
    except EC2ResponseError as error:
        return error.error_code
    return 'not refused'

def until(done, seconds=60):
    end = time.time() + seconds
    while not done():
        if time.time() > end:
            raise SystemExit('waited too long')
        time.sleep(0.2)

def write(path, data):
    with open(path, 'r+b') as disk:
        disk.write(data)

def read(path, count):
    with open(path, 'rb') as disk:
        return disk.read(count).decode()

def device(instance, name):
    return glob.glob('%s/nodes/*/work/*/%s/dev/%s' % (home, instance.id, name))[0]

def new_volume(size, content):
    volume = ec2.create_volume(size, zone)
    until(lambda: volume.update() == 'available')
    write('%s/volumes/%s.raw' % (home, volume.id), content)
    return volume

def new_snapshot(volume, description):
    snapshot = volume.create_snapshot(description)
    until(lambda: snapshot.update() == '100%')
    return snapshot

def answer(**values):
    print(json.dumps(values))
`

describe('boto 2 as a user of volumes', () => {
  let cloud: ServedCloud

  before(async function () {
    need(this, 'python3:boto')
    cloud = await servedCloud()
  })
  after(() => cloud?.close())

  const boto = (script: string): Promise<Json> =>
    python('boto', `${preamble}${script}`, {
      env: { ...cloud.env, CLOUD_HOST: cloud.host, CLOUD_PORT: String(cloud.port), CLOUD_HOME: cloud.home },
      cwd: cloud.work,
    })

  it('boots from a snapshot, attaches, stops, makes an image, and keeps what was written', async () => {
    const told = await boto(`
snapshot = new_snapshot(new_volume(1, b'a root'), 'root & more')
data = new_volume(1, b'data')
registered = BlockDeviceMapping()
registered['/dev/sda1'] = BlockDeviceType(snapshot_id=snapshot.id, delete_on_termination=True)
registered['/dev/sdb'] = BlockDeviceType(ephemeral_name='ephemeral0')
registered['/dev/sdc'] = BlockDeviceType(size=1, delete_on_termination=False)
emi = ec2.register_image('boto-ebs', architecture='x86_64', root_device_name='/dev/sda1',
                         block_device_map=registered, virtualization_type='hvm')
image = ec2.get_image(emi)
shown = {name: [one.snapshot_id == snapshot.id, one.ephemeral_name, one.size, one.delete_on_termination]
         for name, one in image.block_device_mapping.items()}
in_use = refused(snapshot.delete)
asked = BlockDeviceMapping()
asked['/dev/sda1'] = BlockDeviceType(size=2, delete_on_termination=True)
asked['/dev/sdb'] = BlockDeviceType(no_device=True)
instance = ec2.run_instances(emi, block_device_map=asked, placement=zone).instances[0]
until(lambda: instance.update() == 'running')
had = {name: [one.status, one.delete_on_termination] for name, one in instance.block_device_mapping.items()}
root = instance.block_device_mapping['/dev/sda'].volume_id
rooted = ec2.get_all_volumes([root])[0].size, read(device(instance, 'sda'), 6)

data.attach(instance.id, '/dev/sdf')
until(lambda: data.update() == 'in-use' and data.attachment_state() == 'attached')
guest = read(device(instance, 'sdf'), 4)
busy = [refused(data.delete), refused(data.attach, instance.id, '/dev/sdg'), refused(ec2.detach_volume, root),
        refused(ec2.detach_volume, data.id, 'i-00000000')]
instance.modify_attribute('blockDeviceMapping', ['/dev/sdf=true'])
flag = instance.get_attribute('blockDeviceMapping')['blockDeviceMapping']['/dev/sdf'].delete_on_termination
data.detach(force=True)
until(lambda: data.update() == 'available')

write(device(instance, 'sda'), b'by guest')
stopping = ec2.stop_instances([instance.id])[0].state
until(lambda: instance.update() == 'stopped')
stopped = instance.reason, instance.state_reason['code'], instance.ip_address
instance.start()
until(lambda: instance.update() == 'running')
kept = read(device(instance, 'sda'), 8)
copy = ec2.get_image(ec2.create_image(instance.id, 'boto-made', no_reboot=True))
until(lambda: copy.update() == 'available')
found = [one.id for one in ec2.get_all_images(filters={'block-device-mapping.snapshot-id': snapshot.id})] == [emi]
instance.terminate()
until(lambda: instance.update() == 'terminated')
until(lambda: [v.id for v in ec2.get_all_volumes(filters={'status': ['in-use', 'deleting']})] == [])
left = sorted(v.size for v in ec2.get_all_volumes(filters={'status': 'available'}))

second = copy.run().instances[0]
until(lambda: second.update() == 'running')
again = read(device(second, 'sda'), 8)
second.terminate()
copy.deregister()
image.deregister()
deleted = snapshot.delete()
answer(shown=shown, in_use=in_use, had=had, rooted=rooted, guest=guest, busy=busy, flag=flag, stopping=stopping,
       stopped=stopped, kept=kept, found=found, left=left, again=again, deleted=deleted)
`)
    assert.deepEqual(told, {
      shown: {
        '/dev/sda': [true, null, 1, true],
        '/dev/sdb': [false, 'ephemeral0', null, false],
        '/dev/sdc': [false, null, 1, false],
      },
      in_use: 'InvalidSnapshot.InUse',
      had: { '/dev/sda': ['attached', true], '/dev/sdc': ['attached', false] },
      rooted: [2, 'a root'],
      guest: 'data',
      busy: ['VolumeInUse', 'VolumeInUse', 'IncorrectState', 'InvalidAttachment.NotFound'],
      flag: true,
      stopping: 'stopping',
      stopped: ['User stopped.', 'Client.UserInitiatedShutdown', null],
      kept: 'by guest',
      found: true,
      // The first volume, the one that was attached, and the one whose flag said that it is kept.
      left: [1, 1, 1],
      again: 'by guest',
      deleted: true,
    })
  })

  it('finds, shares and tags volumes and snapshots, and reads their attributes', async () => {
    const told = await boto(`
volume = new_volume(1, b'x')
snapshot = new_snapshot(volume, 'shared <one>')
volume.add_tag('colour', 'blue & <green>')
ec2.create_tags([volume.id, snapshot.id], {'pair': 'yes', 'empty': ''})
tagged = ec2.get_all_volumes(filters={'tag:colour': 'blue*', 'tag-key': 'pair'})[0].tags
volumes = [v.id for v in ec2.get_all_volumes(filters={
    'size': ['1', '7'], 'availability-zone': zone, 'create-time': volume.create_time, 'volume-id': volume.id})]
snapshots = [s.id for s in ec2.get_all_snapshots(owner='self', filters={
    'volume-id': volume.id, 'status': 'completed', 'progress': '100%', 'start-time': snapshot.start_time,
    'description': 'shared*'})]
snapshot.share(user_ids=['111122223333'], groups=['all'])
shared = snapshot.get_permissions()
snapshot.unshare(groups=['all'])
fewer = snapshot.get_permissions()
snapshot.reset_permissions()
none = snapshot.get_permissions()
ec2.modify_volume_attribute(volume.id, 'AutoEnableIO', True)
attribute = ec2.get_volume_attribute(volume.id, 'autoEnableIO').attrs
status = ec2.get_all_volume_status([volume.id])[0].volume_status.status
larger = snapshot.create_volume(zone, size=2)
until(lambda: larger.update() == 'available')
content = read('%s/volumes/%s.raw' % (home, larger.id), 1)
codes = [
    refused(ec2.create_volume, 1, zone, dry_run=True), refused(volume.delete, dry_run=True),
    refused(volume.create_snapshot, dry_run=True), refused(ec2.create_volume, None, zone),
    refused(ec2.create_volume, 1, 'nowhere'), refused(ec2.create_volume, 1, zone, encrypted=True),
    refused(ec2.get_all_volumes, ['vol-00000000']), refused(ec2.get_all_snapshots, ['snap-00000000']),
    refused(ec2.get_all_volumes, filters={'nonsense': '1'}), refused(ec2.delete_volume, 'vol-00000000'),
]
ec2.trim_snapshots()
deleted = [larger.delete(), volume.delete(), snapshot.delete()]
answer(tagged=tagged, volumes=volumes == [volume.id], snapshots=snapshots == [snapshot.id], shared=shared, fewer=fewer,
       none=none, attribute=attribute, status=status, larger=[larger.size, larger.snapshot_id == snapshot.id, content],
       codes=codes, deleted=deleted)
`)
    assert.deepEqual(told, {
      tagged: { colour: 'blue & <green>', pair: 'yes', empty: '' },
      volumes: true,
      snapshots: true,
      shared: { groups: ['all'], user_ids: ['111122223333'] },
      fewer: { user_ids: ['111122223333'] },
      none: {},
      attribute: { autoEnableIO: true },
      status: 'ok',
      larger: [2, true, 'x'],
      codes: [
        'DryRunOperation',
        'DryRunOperation',
        'DryRunOperation',
        'MissingParameter',
        'InvalidZone.NotFound',
        'UnsupportedOperation',
        'InvalidVolume.NotFound',
        'InvalidSnapshot.NotFound',
        'InvalidParameterValue',
        'InvalidVolume.NotFound',
      ],
      deleted: [true, true, true],
    })
  })
})
