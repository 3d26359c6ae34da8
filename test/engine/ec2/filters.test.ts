// SPDX-License-Identifier: BSD-2-Clause
// Names of filters that programs for AWS use. What this cloud's records lack matches nothing; it is no mistake to ask.
import assert from 'node:assert/strict'
import { type Cloud, cloud } from '../../support/cloud'
import { ask, errorOf } from './answer'
import { haveInstance } from './instance'

const known: Readonly<Record<string, readonly string[]>> = {
  DescribeImages: ['boot-mode', 'image-allowed', 'hypervisor', 'source-instance-id', 'tpm-support'],
  DescribeInstances: [
    'availability-zone-id',
    'ebs-optimized',
    'iam-instance-profile.arn',
    'ipv6-address',
    'metadata-options.http-tokens',
    'network-interface.private-ip-address',
    'network-interface.network-interface.id',
    'network-interface.network-interface-id',
    'operator.managed',
    'platform-details',
    'subnet-id',
    'vpc-id',
  ],
  DescribeInstanceStatus: ['availability-zone-id', 'attached-ebs-status.status', 'event.not-before-deadline'],
  DescribeSecurityGroups: ['egress.ip-permission.cidr', 'ip-permission.ipv6-cidr', 'vpc-id'],
  DescribeAddresses: ['allocation-id', 'network-border-group', 'tag:Name', 'tag-key', 'tag-value'],
  DescribeAvailabilityZones: ['group-name', 'opt-in-status', 'parent-zone-name', 'zone-type'],
  DescribeInstanceTypes: ['bare-metal', 'hypervisor', 'network-info.ipv6-supported', 'supported-boot-mode'],
}

describe('filters', () => {
  let c: Cloud
  before(async () => {
    c = await cloud()
    haveInstance(c, { id: 'i-00000001' })
  })
  after(() => c.close())

  const filtered = (Action: string, name: string, value: string) =>
    ask(c, { Action, 'Filter.1.Name': name, 'Filter.1.Value.1': value })

  for (const [action, names] of Object.entries(known)) {
    it(`of ${action} are those of AWS, and no others`, async () => {
      for (const name of names) {
        const { status, text } = await filtered(action, name, 'no such value')
        assert.equal(status, 200, `${name}: ${text}`)
        assert.doesNotMatch(text, /<item>/, name)
      }
      for (const name of ['colour', 'constructor', 'tag:']) {
        const refused = errorOf(await filtered(action, name, 'x'))
        assert.deepEqual(refused, ['InvalidParameterValue', `The filter '${name}' is invalid`])
      }
    })
  }

  it('find what they name', async () => {
    const found = async (action: string, name: string, value: string, element: string) =>
      [...(await filtered(action, name, value)).text.matchAll(new RegExp(`<${element}>(.*?)<`, 'g'))].length
    assert.equal(await found('DescribeInstances', 'ebs-optimized', 'false', 'instanceId'), 1)
    assert.equal(await found('DescribeInstances', 'availability-zone-id', 'PARTI00', 'instanceId'), 1)
    assert.equal(await found('DescribeAvailabilityZones', 'zone-type', 'availability-zone', 'zoneName'), 2)
    assert.equal(await found('DescribeAvailabilityZones', 'opt-in-status', 'opt-in-*', 'zoneName'), 2)
    assert.equal(await found('DescribeInstanceTypes', 'bare-metal', 'true', 'instanceType'), 0)
    const architecture = 'processor-info.supported-architecture'
    assert.equal(await found('DescribeInstanceTypes', architecture, 'x86_64', 'instanceType'), 18)
  })
})
