// SPDX-License-Identifier: BSD-2-Clause
// The EBS direct APIs, as boto3 and the AWS CLI speak them.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Json, need, type Program, program, python } from '../support/programs'
import { until } from '../support/until'
import { preamble } from './ebs-preamble'
import { noise, type ServedCloud, servedCloud } from './served-cloud'

describe('blocks of snapshots', () => {
  let cloud: ServedCloud
  let aws: Program

  before(async function () {
    need(this, 'aws', 'python3:boto3')
    cloud = await servedCloud()
    aws = program('aws', { env: cloud.env, cwd: cloud.work }, { last: ['--endpoint-url', cloud.endpoint] })
  })
  after(() => cloud?.close())

  const boto3 = (script: string): Promise<Json> =>
    python('boto3', `${preamble}${script}`, {
      env: { ...cloud.env, CLOUD: cloud.endpoint, CLOUD_HOME: cloud.home },
      cwd: cloud.work,
    })

  it('are read and written by boto3', async () => {
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

  it('are written and read by the AWS CLI', async () => {
    const block = noise(524_288, 3)
    const checksum = createHash('sha256').update(block).digest('base64')
    const file = cloud.file('block', block)
    const { SnapshotId } = await aws.json`ebs start-snapshot --volume-size 1`
    const put = ['--data-length', '524288', '--checksum', checksum, '--checksum-algorithm', 'SHA256']
    await aws.json`ebs put-snapshot-block --snapshot-id ${SnapshotId} --block-index 2047 --block-data ${file} ${put}`
    await aws.json`ebs complete-snapshot --snapshot-id ${SnapshotId} --changed-blocks-count 1`
    await until(async () => {
      const { Snapshots } = await aws.json`ec2 describe-snapshots --snapshot-ids ${SnapshotId}`
      return Snapshots[0].State === 'completed'
    })
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
