// SPDX-License-Identifier: BSD-2-Clause
// The conversion story as other clients see it: what the converter made on a served cloud is described, run and read back
// block by block by boto3, and its /etc/fstab by debugfs.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ServedCloud, serveCloud, type Workplace, workplace } from '../support/built'
import { need, program, python } from '../support/programs'

const fstab = '/dev/sda1 / ext4 defaults 0 1\n/dev/sda2 /mnt ext3 defaults 0 0\n'

describe('a converted image', () => {
  let place: Workplace
  let cloud: ServedCloud

  before(async function () {
    need(this, 'python3:boto3', 'mke2fs', 'debugfs')
    place = workplace()
    cloud = await serveCloud(place)
  })
  after(() => place?.close())

  const tool = async (...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await place.run(words, { env: cloud.env })
    assert.equal(status, 0, `${words[0]}: ${stderr}`)
    return stdout
  }

  it('boots from the blocks that were in its bundle, without the ephemeral disk', async () => {
    mkdirSync(join(place.folder, 'root/etc'), { recursive: true })
    writeFileSync(join(place.folder, 'root/etc/fstab'), fstab)
    const options = { env: { HOME: place.folder }, cwd: place.folder }
    await program('mke2fs', options)`-q -F -t ext4 -d root disk.img 48M`
    await tool('euca-bundle-and-upload-image', '-i', 'disk.img', '-r', 'x86_64', '-b', 'images')
    const registered = await tool(
      ...['euca-register', '-n', 'stored', '-a', 'x86_64', '--virtualization-type', 'hvm'],
      'images/disk.img.manifest.xml',
    )
    const said = await tool('euca-convert-image', '-i', registered.trim().split('\t')[1] ?? '', '--to', 'ebs')
    const image = /^IMAGE\t(\S+)$/m.exec(said)?.[1] ?? ''
    const told = await python(
      'boto3',
      `
import boto3, json, os, sys
def client(name):
    return boto3.client(name, endpoint_url=os.environ['CLOUD'])
ec2, ebs = client('ec2'), client('ebs')
image = ec2.describe_images(ImageIds=[sys.argv[1]])['Images'][0]
snapshot = image['BlockDeviceMappings'][0]['Ebs']['SnapshotId']
with open('converted.img', 'wb') as disk:
    disk.truncate(48 * 1024 * 1024)
    for page in [ebs.list_snapshot_blocks(SnapshotId=snapshot)]:
        for block in page['Blocks']:
            got = ebs.get_snapshot_block(SnapshotId=snapshot, **block)
            disk.seek(block['BlockIndex'] * page['BlockSize'])
            disk.write(got['BlockData'].read())
instance = ec2.run_instances(ImageId=image['ImageId'], MinCount=1, MaxCount=1)['Instances'][0]['InstanceId']
ec2.get_waiter('instance_running').wait(InstanceIds=[instance], WaiterConfig={'Delay': 1, 'MaxAttempts': 30})
running = ec2.describe_instances(InstanceIds=[instance])['Reservations'][0]['Instances'][0]
ec2.terminate_instances(InstanceIds=[instance])
print(json.dumps({'type': image['RootDeviceType'], 'architecture': image['Architecture'],
                  'devices': [one['DeviceName'] for one in running['BlockDeviceMappings']]}))
`,
      {
        cwd: place.folder,
        args: [image],
        env: {
          HOME: place.folder,
          CLOUD: cloud.endpoint,
          AWS_ACCESS_KEY_ID: cloud.accessKeyId,
          AWS_SECRET_ACCESS_KEY: cloud.secretAccessKey,
          AWS_DEFAULT_REGION: 'eucalyptus',
        },
      },
    )
    assert.deepEqual(told, { type: 'ebs', architecture: 'x86_64', devices: ['/dev/sda'] })
    const read = program('debugfs', options)
    const now = await read`-R ${'cat /etc/fstab'} converted.img`
    const [root, mnt] = now.split('\n')
    assert.equal(root, '/dev/sda1 / ext4 defaults 0 1')
    assert.match(mnt ?? '', /^#.*\/mnt/)
  })
})
