// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { environmentLines } from '../../src/config'
import { type Folder, newFolder } from './folder'

describe('the environment configuration', () => {
  let folder: Folder
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => folder.remove())

  it('exports what is set, sorted, and then names what is not', () => {
    const env = { EC2_URL: 'west::http://h/a b', AWS_ACCESS_KEY: 'K', AWS_SECRET_KEY: 'S', EC2_USER_ID: '12' }
    const lines = environmentLines(folder.settings(env))
    assert.deepEqual(lines.slice(0, 5), [
      'AWS_ACCESS_KEY_ID=K; export AWS_ACCESS_KEY_ID;',
      'AWS_SECRET_ACCESS_KEY=S; export AWS_SECRET_ACCESS_KEY;',
      'EC2_URL=http://h/a b; export EC2_URL;',
      'EC2_USER_ID=12; export EC2_USER_ID;',
      '# AWS_AUTO_SCALING_URL is not set',
    ])
    assert.equal(lines.length, 19)
  })

  it('is a plain list with --simple, empty values included', () => {
    const lines = environmentLines(folder.settings({ S3_URL: 'http://s/' }), { simple: true })
    assert.equal(lines.length, 19)
    assert.equal(lines[0], 'AWS_ACCESS_KEY_ID=')
    assert.ok(lines.includes('S3_URL=http://s/'))
  })

  it('reveals nothing of the embedded cloud, which no other program can reach', () => {
    assert.ok(environmentLines(folder.settings()).every(line => line.endsWith(' is not set')))
  })

  it('still refuses credentials that are wrong rather than missing', () => {
    const settings = folder.settings({ AWS_CREDENTIAL_FILE: '/missing/iamrc' })
    assert.throws(() => environmentLines(settings), /No such file or directory/)
  })
})
