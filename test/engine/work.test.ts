// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { CreateKeyPairCommand, DescribeImagesCommand } from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../support/cloud'

describe('An engine with somebody to wake', () => {
  let c: Cloud
  let calls = 0

  beforeEach(async () => {
    c = await cloud()
    calls = 0
    c.engine.onWork = () => {
      calls += 1
    }
  })
  afterEach(() => c.close())

  it('tells of tasks and jobs once they are committed', () => {
    c.engine.write(tx => {
      tx.after(60, 'blob.released', 'none')
      assert.equal(calls, 0)
    })
    assert.equal(calls, 1)
    c.engine.write(tx => tx.start('image.cache', 'none'))
    assert.equal(calls, 2)
  })

  it('does not tell of what was undone', () => {
    assert.throws(() =>
      c.engine.write(tx => {
        tx.after(60, 'blob.released', 'none')
        throw new Error('no')
      }),
    )
    assert.equal(calls, 0)
  })

  it('does not tell of requests that leave no work', async () => {
    await c.ec2().send(new DescribeImagesCommand({}))
    await c.ec2().send(new CreateKeyPairCommand({ KeyName: 'k' }))
    assert.equal(calls, 0)
  })
})
