// SPDX-License-Identifier: BSD-2-Clause
// The EBS direct APIs as the AWS CLI and boto3 use them.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allFail, type Json, need, type Program, program, python } from '../support/programs'
import { noise, type ServedCloud, servedCloud } from './served-cloud'

const size = 524_288
const sum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64')

describe('the EBS direct APIs', () => {
  let cloud: ServedCloud
  before(async () => {
    cloud = await servedCloud()
  })
  after(() => cloud?.close())

  describe('as the AWS CLI uses them', () => {
    let aws: Program
    before(function () {
      need(this, 'aws')
      const url = `${cloud.endpoint}/services/ebs`
      aws = program('aws', { env: cloud.env, cwd: cloud.work }, { last: ['--endpoint-url', url] })
    })

    const put = (id: string, index: number, file: string, checksum: string): string[] => [
      ...['ebs', 'put-snapshot-block', '--snapshot-id', id, '--block-index', String(index)],
      ...['--block-data', file, '--data-length', String(size), '--checksum', checksum],
      ...['--checksum-algorithm', 'SHA256'],
    ]

    it('write a snapshot and read it', async () => {
      const block = noise(size, 11)
      const file = cloud.file('block', block)
      const started =
        await aws.json`ebs start-snapshot --volume-size 1 --description mine --timeout 60 --tags Key=a,Value=b`
      const id: string = started.SnapshotId
      assert.deepEqual(
        [started.Status, started.BlockSize, started.OwnerId],
        ['pending', size, cloud.accountId],
      )
      const wrote = await aws.json`${put(id, 9, file, sum(block))} --progress 50`
      assert.deepEqual(wrote, { Checksum: sum(block), ChecksumAlgorithm: 'SHA256' })
      const linear = createHash('sha256')
        .update(Buffer.from(sum(block), 'base64'))
        .digest('base64')
      const done =
        await aws.json`ebs complete-snapshot --snapshot-id ${id} --changed-blocks-count 1 --checksum ${linear} --checksum-algorithm SHA256 --checksum-aggregation-method LINEAR`
      assert.equal(done.Status, 'completed')
      const listed = await aws.json`ebs list-snapshot-blocks --snapshot-id ${id} --max-results 100`
      assert.deepEqual([listed.VolumeSize, listed.BlockSize, listed.Blocks.length], [1, size, 1])
      // Some releases print what came, seconds, and some a date.
      const expiry = Number(listed.ExpiryTime) * 1000 || Date.parse(listed.ExpiryTime)
      assert.ok(expiry > Date.now() + 6 * 24 * 3600_000)
      const [{ BlockIndex, BlockToken }] = listed.Blocks
      const got =
        await aws.json`ebs get-snapshot-block --snapshot-id ${id} --block-index ${BlockIndex} --block-token ${BlockToken} out`
      // Older releases of the CLI take the number for a text.
      assert.deepEqual(
        [Number(got.DataLength), got.Checksum, got.ChecksumAlgorithm],
        [size, sum(block), 'SHA256'],
      )
      assert.ok(readFileSync(join(cloud.work, 'out')).equals(block))
    })

    it('are told what is wrong', async () => {
      const { SnapshotId } = await aws.json`ebs start-snapshot --volume-size 1`
      const file = cloud.file('other', noise(size, 12))
      await allFail([
        [
          /\(ResourceNotFoundException\).*snap-00000000/,
          aws.fails`ebs list-snapshot-blocks --snapshot-id snap-00000000`,
        ],
        [/\(ValidationException\).*checksum/, aws.fails`${put(SnapshotId, 0, file, sum(Buffer.from('x')))}`],
        [/\(ValidationException\).*beyond/, aws.fails`${put(SnapshotId, 2048, file, sum(noise(size, 12)))}`],
        [
          /\(ValidationException\).*not completed/,
          aws.fails`ebs list-snapshot-blocks --snapshot-id ${SnapshotId}`,
        ],
        [
          /\(ValidationException\).*0 blocks were written/,
          aws.fails`ebs complete-snapshot --snapshot-id ${SnapshotId} --changed-blocks-count 1`,
        ],
      ])
    })
  })

  describe('as boto3 uses them', () => {
    before(function () {
      need(this, 'python3:boto3')
    })

    const boto3 = (script: string): Promise<Json> =>
      python('boto3', script, { env: { ...cloud.env, CLOUD: cloud.endpoint }, cwd: cloud.work, args: [] })

    it('at the root as well as at their own path, page by page and incrementally', async () => {
      const told = await boto3(`
import base64, hashlib, json, os
import boto3
from botocore.exceptions import ClientError
size = 524288
def client(path, **more):
    return boto3.client('ebs', endpoint_url=os.environ['CLOUD'] + path, **more)
ebs, root = client('/services/ebs'), client('')
def put(id, index, data):
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    return ebs.put_snapshot_block(SnapshotId=id, BlockIndex=index, BlockData=data, DataLength=size,
                                  Checksum=digest, ChecksumAlgorithm='SHA256')
def block(number):
    return number.to_bytes(4, 'big') * (size // 4)
first = root.start_snapshot(VolumeSize=1, ClientToken='first')['SnapshotId']
again = root.start_snapshot(VolumeSize=1, ClientToken='first')['SnapshotId']
for index in range(5):
    put(first, index, block(index))
done = ebs.complete_snapshot(SnapshotId=first, ChangedBlocksCount=5)
second = ebs.start_snapshot(VolumeSize=1, ParentSnapshotId=first)['SnapshotId']
put(second, 3, block(33))
put(second, 1000, block(1000))
ebs.complete_snapshot(SnapshotId=second, ChangedBlocksCount=2)
for _ in range(200):
    try:
        changes = ebs.list_changed_blocks(FirstSnapshotId=first, SecondSnapshotId=second)
        break
    except ClientError as error:
        assert error.response['Reason'] == 'INVALID_SNAPSHOT_ID', error.response
data = {}
for b in ebs.list_snapshot_blocks(SnapshotId=second)['Blocks']:
    got = ebs.get_snapshot_block(SnapshotId=second, **b)
    read = got['BlockData'].read()
    assert base64.b64encode(hashlib.sha256(read).digest()).decode() == got['Checksum']
    data[b['BlockIndex']] = int.from_bytes(read[:4], 'big')
def refused(call, **more):
    try:
        call(**more)
    except ClientError as error:
        return [error.response['ResponseMetadata']['HTTPStatusCode'], error.response['Error']['Code'], error.response.get('Reason')]
bad = client('/services/ebs', aws_secret_access_key='wrong', aws_access_key_id=os.environ['AWS_ACCESS_KEY_ID'])
none = client('/services/ebs', aws_secret_access_key='wrong', aws_access_key_id='AKIANONE')
print(json.dumps(dict(
    same=first == again, done=done['Status'], data=data,
    changes=[[b['BlockIndex'], 'FirstBlockToken' in b] for b in changes['ChangedBlocks']],
    conflict=refused(ebs.start_snapshot, VolumeSize=2, ClientToken='first'),
    token=refused(ebs.get_snapshot_block, SnapshotId=first, BlockIndex=0, BlockToken='AAAA'),
    bad=refused(bad.list_snapshot_blocks, SnapshotId=first),
    none=refused(none.list_snapshot_blocks, SnapshotId=first),
)))
`)
      assert.deepEqual(told, {
        same: true,
        done: 'completed',
        // The number 0 is a block of zeros, which nobody keeps.
        data: { 1: 1, 2: 2, 3: 33, 4: 4, 1000: 1000 },
        changes: [
          [3, true],
          [1000, false],
        ],
        conflict: [409, 'ConflictException', null],
        token: [400, 'ValidationException', 'INVALID_BLOCK_TOKEN'],
        bad: [403, 'InvalidSignatureException', null],
        none: [403, 'UnrecognizedClientException', null],
      })
    })
  })
})
