// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { run } from './process'

describe('A tool', () => {
  it('says which endpoint is missing when only a key is configured', async () => {
    const { status, stdout, stderr } = await run(['euca-describe-images', '-I', 'A', '-S', 'B'])
    assert.equal(
      stderr,
      'euca-describe-images: error: No ec2 endpoint to connect to was given. ec2 endpoints may be specified in a config file with "ec2-url".\n',
    )
    assert.equal(stdout, '')
    assert.equal(status, 1)
  })
})
