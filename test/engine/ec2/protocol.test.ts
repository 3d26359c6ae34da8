// SPDX-License-Identifier: BSD-2-Clause
// What every action of the query services has in common, as it is on the wire.
import assert from 'node:assert/strict'
import { type Cloud, cloud } from '../../support/cloud'
import { ask, errorOf } from './answer'
import { haveInstance } from './instance'

describe('the query protocol', () => {
  let c: Cloud
  before(async () => {
    c = await cloud()
  })
  after(() => c.close())

  const namespaceOf = async (parameters: Record<string, string>, path?: string) => {
    const { text } = await ask(c, parameters, path === undefined ? {} : { path })
    return /<\w+Response xmlns="([^"]*)"/.exec(text)?.[1]
  }

  it('answers in the version that was asked for, and in the latest when there is no such version', async () => {
    const of = (version?: string) =>
      namespaceOf({ Action: 'DescribeRegions', ...(version === undefined ? {} : { Version: version }) })
    assert.equal(await of('2008-02-01'), 'http://ec2.amazonaws.com/doc/2008-02-01/')
    assert.equal(await of('2014-02-01'), 'http://ec2.amazonaws.com/doc/2014-02-01/')
    for (const version of ['2001-01-01', '2014-02-02', 'latest', 'eucalyptus', undefined]) {
      assert.equal(await of(version), 'http://ec2.amazonaws.com/doc/2016-11-15/')
    }
  })

  it("answers Eucalyptus' own service in Eucalyptus' namespace", async () => {
    const parameters = { Action: 'DescribeServiceCertificates', Version: 'eucalyptus' }
    assert.equal(await namespaceOf(parameters, '/services/Empyrean'), 'http://msgs.eucalyptus.com/4.4.5')
  })

  it("tells instance types of Eucalyptus' kind in the namespace that libcloud reads them in", async () => {
    const { text } = await ask(c, { Action: 'DescribeInstanceTypes', 'InstanceType.1': 'm1.small' })
    const details =
      '<instanceTypeDetails xmlns="http://msgs.eucalyptus.com/3.3.0"><item><name>m1.small</name>'
    assert.ok(text.includes(details), text)
  })

  it('names each answer in a header too', async () => {
    const regions = await ask(c, { Action: 'DescribeRegions' })
    assert.equal(/<requestId>(.*)<\/requestId>/.exec(regions.text)?.[1], regions.headers['x-amzn-requestid'])
    const unknown = await ask(c, { Action: 'DescribeNothing' })
    assert.equal(/<RequestID>(.*)<\/RequestID>/.exec(unknown.text)?.[1], unknown.headers['x-amzn-requestid'])
    const user = await ask(c, { Action: 'GetUser' }, { path: '/services/Euare' })
    assert.equal(/<RequestId>(.*)<\/RequestId>/.exec(user.text)?.[1], user.headers['x-amzn-requestid'])
  })

  it('takes an empty action for a missing one', async () => {
    assert.deepEqual(errorOf(await ask(c, {})), ['MissingAction', 'The request is missing an action.'])
    assert.equal(errorOf(await ask(c, { Action: '' }))[0], 'MissingAction')
    assert.equal((await ask(c, { Operation: 'DescribeRegions' })).status, 200)
  })

  it('takes an empty session token for none', async () => {
    assert.equal((await ask(c, { Action: 'DescribeRegions', SecurityToken: '' })).status, 200)
    const { status, text } = await ask(c, { Action: 'DescribeRegions', SecurityToken: 'x' })
    assert.equal(status, 403)
    assert.match(text, /Invalid access key or token/)
  })

  it('counts in whole numbers', async () => {
    const run = (MinCount: string) =>
      ask(c, { Action: 'RunInstances', ImageId: 'emi-00000000', MinCount, MaxCount: '1' })
    for (const text of ['1.5', 'one', '', '1e99', '99999999999999999999']) {
      assert.deepEqual(errorOf(await run(text)), [
        'InvalidParameterValue',
        `Value (${text}) for parameter MinCount is invalid.`,
      ])
    }
    assert.equal(errorOf(await run('1'))[0], 'InvalidAMIID.NotFound')
  })

  it('refuses an empty list where something must be named', async () => {
    for (const Action of ['TerminateInstances', 'RebootInstances', 'MonitorInstances', 'StopInstances']) {
      assert.deepEqual(errorOf(await ask(c, { Action, InstanceId: '' })), [
        'MissingParameter',
        'The request must contain the parameter InstanceId',
      ])
    }
    assert.equal((await ask(c, { Action: 'DescribeInstances', InstanceId: '' })).status, 200)
  })
})

describe('answers that say yes', () => {
  it('say so to clients that look for it, whatever else they hold', async () => {
    const c = await cloud()
    try {
      haveInstance(c, { id: 'i-00000001' })
      const yes = async (parameters: Record<string, string>) =>
        assert.match((await ask(c, parameters)).text, /<return>true<\/return>/, parameters.Action)
      await yes({ Action: 'CreateSecurityGroup', GroupName: 'web', GroupDescription: 'Web servers' })
      const { text } = await ask(c, { Action: 'AllocateAddress' })
      const PublicIp = /<publicIp>(.*)<\/publicIp>/.exec(text)?.[1] ?? ''
      await yes({ Action: 'AssociateAddress', PublicIp, InstanceId: 'i-00000001' })
      await yes({ Action: 'AssociateAddress', PublicIp, InstanceId: 'i-00000001' })
      await yes({ Action: 'DisassociateAddress', PublicIp })
      await yes({ Action: 'ReleaseAddress', PublicIp })
      await yes({ Action: 'RebootInstances', 'InstanceId.1': 'i-00000001' })
      await yes({ Action: 'CreateTags', 'ResourceId.1': 'i-00000001', 'Tag.1.Key': 'k' })
      await yes({ Action: 'DeleteTags', 'ResourceId.1': 'i-00000001', 'Tag.1.Key': 'k' })
      await yes({ Action: 'DeleteSecurityGroup', GroupName: 'web' })
    } finally {
      await c.close()
    }
  })
})
