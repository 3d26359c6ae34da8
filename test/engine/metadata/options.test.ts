// SPDX-License-Identifier: BSD-2-Clause
// Whether an instance is told of itself, and whether it has to show a token for it.
import assert from 'node:assert/strict'
import {
  DescribeInstancesCommand,
  ModifyInstanceMetadataOptionsCommand,
  type ModifyInstanceMetadataOptionsRequest,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { haveInstance } from '../ec2/instance'
import { asker, id } from './asking'

describe('the options of the metadata service', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    haveInstance(c, { id })
  })
  afterEach(() => c.close())

  const { ask, text, status } = asker(() => c)
  const path = '/latest/meta-data/instance-id'
  const modify = (change: Partial<ModifyInstanceMetadataOptionsRequest>, InstanceId = id) =>
    c.ec2().send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, ...change }))
  const described = async (...Filters: { readonly Name: string; readonly Values: string[] }[]) => {
    const { Reservations = [] } = await c.ec2().send(new DescribeInstancesCommand({ Filters }))
    return Reservations.flatMap(({ Instances = [] }) => Instances.map(one => one.MetadataOptions))
  }
  const usual = {
    State: 'applied',
    HttpTokens: 'optional',
    HttpPutResponseHopLimit: 1,
    HttpEndpoint: 'enabled',
    HttpProtocolIpv6: 'disabled',
    InstanceMetadataTags: 'disabled',
  }

  it('are shown, changed one by one, and found by', async () => {
    assert.deepEqual(await described(), [usual])
    const answer = await modify({ HttpTokens: 'required' })
    const first = { ...usual, HttpTokens: 'required' }
    assert.deepEqual([answer.InstanceId, answer.InstanceMetadataOptions], [id, first])
    await modify({ HttpPutResponseHopLimit: 2, HttpEndpoint: 'enabled', InstanceMetadataTags: 'disabled' })
    const second = { ...first, HttpPutResponseHopLimit: 2 }
    assert.deepEqual(await described(), [second])
    for (const [name, value, other] of [
      ['http-tokens', 'required', 'optional'],
      ['http-endpoint', 'enabled', 'disabled'],
      ['http-put-response-hop-limit', '2', '1'],
      ['http-protocol-ipv6', 'disabled', 'enabled'],
      ['instance-metadata-tags', 'disabled', 'enabled'],
      ['state', 'applied', 'pending'],
    ] as const) {
      const Name = `metadata-options.${name}`
      assert.deepEqual(await described({ Name, Values: [value] }), [second], name)
      assert.deepEqual(await described({ Name, Values: [other] }), [], name)
    }
  })

  it('have an instance show a token', async () => {
    await modify({ HttpTokens: 'required' })
    assert.equal(await status(path), 401)
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }
    const token = String((await ask('/latest/api/token', { method: 'PUT', headers })).body)
    assert.equal(await text(path, { headers: { 'x-aws-ec2-metadata-token': token } }), id)
    await modify({ HttpTokens: 'optional' })
    assert.equal(await text(path), id)
  })

  it('have an instance told nothing', async () => {
    await modify({ HttpEndpoint: 'disabled' })
    assert.equal(await status(path), 403)
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }
    assert.equal(await status('/latest/api/token', { method: 'PUT', headers }), 403)
    await modify({ HttpEndpoint: 'enabled' })
    assert.equal(await text(path), id)
  })

  it('are refused where they make no sense', async () => {
    await refused(modify({}, 'i-00000009'), 'InvalidInstanceID.NotFound')
    await refused(
      modify({ HttpTokens: 'perhaps' as 'required' }),
      'InvalidParameterValue',
      'Value (perhaps) for parameter HttpTokens is invalid.',
    )
    await refused(modify({ HttpEndpoint: 'on' as 'enabled' }), 'InvalidParameterValue')
    for (const HttpPutResponseHopLimit of [0, 65]) {
      await refused(modify({ HttpPutResponseHopLimit }), 'InvalidParameterValue')
    }
    await refused(modify({ HttpProtocolIpv6: 'enabled' }), 'UnsupportedOperation')
    await refused(modify({ InstanceMetadataTags: 'enabled' }), 'UnsupportedOperation')
    assert.deepEqual(await described(), [usual])
  })
})
