// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { type Folder, newFolder } from './folder'

describe('endpoints of the EBS direct APIs', () => {
  let folder: Folder
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => folder.remove())

  for (const [ec2, ebs] of [
    ['http://127.0.0.1:8773/services/compute', 'http://127.0.0.1:8773/services/ebs'],
    ['https://c.example/x/services/Eucalyptus/', 'https://c.example/x/services/ebs'],
    ['https://ec2.eu-west-1.amazonaws.com/', 'https://ebs.eu-west-1.amazonaws.com/'],
    ['https://ec2.cn-north-1.amazonaws.com.cn', 'https://ebs.cn-north-1.amazonaws.com.cn/'],
    ['https://ec2.amazonaws.com', 'https://ebs.us-east-1.amazonaws.com/'],
    ['https://ec2.us-east-2.api.aws', 'https://ebs.us-east-2.api.aws/'],
  ])
    it(`follow from EC2's: ${ec2}`, () => {
      assert.deepEqual(folder.settings({ EC2_URL: `r::${ec2}` }).endpoint('ebs'), {
        url: ebs,
        signingRegion: 'r',
      })
    })

  it('are what is configured, before they follow from anything', () => {
    folder.write(
      'home/.euca/x.ini',
      '[region a]\nec2-url = http://h/services/compute\n[region b]\nec2-url = http://h/\n' +
        'ebs-url = http://b/ebs\n',
    )
    const env = { EC2_URL: 'http://e/services/compute' }
    const of = (more: object, region?: string) => folder.settings({ ...more }, { region }).endpoint('ebs').url
    assert.equal(of({}, 'a'), 'http://h/services/ebs')
    assert.equal(of({}, 'b'), 'http://b/ebs')
    assert.equal(of(env, 'b'), 'http://b/ebs')
    assert.equal(of({ EBS_URL: 'http://v/' }, 'b'), 'http://v/')
  })

  it('are not guessed where EC2 is elsewhere, or nowhere', () => {
    const ebs = (env: Record<string, string>) => () => folder.settings(env).endpoint('ebs')
    for (const EC2_URL of ['http://cloud.example:8773/', 'http://ec2.cloud.example/', 'http://h/compute'])
      assert.throws(ebs({ EC2_URL }), /No ebs endpoint to connect to was given\./)
    assert.throws(ebs({ AWS_ACCESS_KEY: 'x' }), /No ebs endpoint to connect to was given\./)
  })
})
