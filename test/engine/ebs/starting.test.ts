// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { StartSnapshotCommand, type StartSnapshotCommandInput } from '@aws-sdk/client-ebs'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { assertNoOrphans } from '../../support/orphans'
import { blockOf, refusedAs, start, written } from './direct'

const validation = 'ValidationException'

describe('a snapshot that is to be written block by block', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
  })
  afterEach(() => c.close())

  const begin = (input: Partial<StartSnapshotCommandInput>, who: Clients = c) =>
    who.ebs().send(new StartSnapshotCommand({ VolumeSize: 1, ...input }))

  it('is begun pending, with what was asked for', async () => {
    const Tags = [{ Key: 'a', Value: '1' }, { Key: 'b' }]
    const { $metadata, StartTime, SnapshotId, ...rest } = await begin({
      Description: 'd',
      Tags,
      VolumeSize: 2,
    })
    assert.equal($metadata.httpStatusCode, 201)
    assert.match(SnapshotId ?? '', /^snap-[0-9a-f]{8}$/)
    assert.equal(StartTime?.toISOString(), '2014-02-16T12:13:16.000Z')
    assert.deepEqual(rest, {
      ...{ Description: 'd', OwnerId: c.accountId, Status: 'pending', VolumeSize: 2, BlockSize: 524288 },
      ...{ Tags: [Tags[0], { Key: 'b', Value: '' }], SseType: 'none' },
    })
    const tags = c.engine.read(tx => tx.tags.in(c.accountId).list())
    assert.deepEqual(
      tags.map(({ resourceId, key, value }) => [resourceId, key, value]),
      [
        [SnapshotId, 'a', '1'],
        [SnapshotId, 'b', ''],
      ],
    )
    const { volumeId, state, sizeGib, account } = c.engine.read(tx => tx.snapshots.must(SnapshotId ?? ''))
    assert.deepEqual([volumeId, state, sizeGib, account], ['vol-ffffffff', 'pending', 2, c.accountId])
  })

  it('is answered for once by a client token, and by another request with it not at all', async () => {
    const input = { ClientToken: 'once', Description: 'same' }
    const id = await start(c, input)
    assert.equal(await start(c, input), id)
    await refusedAs(begin({ ...input, VolumeSize: 2 }), 'ConflictException')
    await refusedAs(begin({ ClientToken: 'x'.repeat(256) }), validation, 'INVALID_PARAMETER_VALUE', /255/)
    assert.notEqual(await start(alice, input), id)
  })

  it('is not begun with what the API does not allow', async () => {
    const refused = (input: Partial<StartSnapshotCommandInput>, reason: string, message = /./) =>
      refusedAs(begin(input), validation, reason, message)
    for (const VolumeSize of [0, -1, 1.5, 65537]) await refused({ VolumeSize }, 'INVALID_VOLUME_SIZE')
    await refusedAs(begin({ VolumeSize: undefined as never }), validation, undefined, /VolumeSize/)
    for (const Timeout of [9, 4321, 10.5]) await refused({ Timeout }, 'INVALID_PARAMETER_VALUE', /Timeout/)
    await refused({ Description: 'x'.repeat(256) }, 'INVALID_PARAMETER_VALUE', /255/)
    await refused({ Encrypted: true }, 'INVALID_PARAMETER_VALUE', /does not encrypt/)
    const KmsKeyArn = 'arn:aws:kms:x:000000000000:key/1'
    await refused({ KmsKeyArn }, 'INVALID_PARAMETER_VALUE', /does not encrypt/)
    for (const Tags of [
      [{ Value: 'x' }],
      [{ Key: 'x'.repeat(128) }],
      [{ Key: 'aws:x' }],
      [{ Key: 'x', Value: 'x'.repeat(256) }],
      [{ Key: 'x' }, { Key: 'x' }],
      Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}` })),
    ])
      await refused({ Tags }, 'INVALID_TAG')
    assert.deepEqual(
      c.engine.read(tx => [tx.snapshots.list(), [...tx.directSnapshots.scan()]]),
      [[], []],
    )
    assertNoOrphans(c.engine, c.home)
  })

  it('may have a parent that is complete, no larger, and readable', async () => {
    const refused = (ParentSnapshotId: string, reason: string, name = validation) =>
      refusedAs(begin({ ParentSnapshotId }), name, reason)
    await refused('snap-00000000', 'SNAPSHOT_NOT_FOUND', 'ResourceNotFoundException')
    await refused('vol-00000000', 'INVALID_SNAPSHOT_ID')
    await refused(await start(c), 'INVALID_SNAPSHOT_ID')
    await refused(await written(c, {}, { VolumeSize: 2 }), 'INVALID_VOLUME_SIZE')
    const hers = await written(alice, { 0: blockOf(1) })
    await begin({ ParentSnapshotId: hers })
    await refusedAs(
      begin({ ParentSnapshotId: await written(c, {}) }, alice),
      'ResourceNotFoundException',
      'SNAPSHOT_NOT_FOUND',
    )
    const own = await written(c, {})
    await refusedAs(
      begin({ ParentSnapshotId: own, Encrypted: true }),
      validation,
      'INVALID_PARAMETER_VALUE',
      /together/,
    )
  })

  it('is one of so many that an account may have pending, and of so much that the cloud keeps', async () => {
    await refusedAs(
      begin({ VolumeSize: 51 }),
      'ServiceQuotaExceededException',
      'DEPENDENCY_SERVICE_QUOTA_EXCEEDED',
      /50/,
    )
    await start(c)
    c.engine.write(tx => {
      const one = tx.snapshots.list()[0]
      for (let count = 1; one && count < 100; count++)
        tx.snapshots.put({ ...one, sizeGib: 0, id: `snap-${String(count).padStart(8, '0')}` })
    })
    await refusedAs(begin({}), 'ConcurrentLimitExceededException')
    await start(alice)
  })
})
