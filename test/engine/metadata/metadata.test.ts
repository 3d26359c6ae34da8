// SPDX-License-Identifier: BSD-2-Clause
// What an instance is told of itself, and who is not.
import assert from 'node:assert/strict'
import { createVerify } from 'node:crypto'
import { type Cloud, cloud } from '../../support/cloud'
import { haveInstance } from '../ec2/instance'
import { address, asker, id, type Manner } from './asking'

describe('the metadata service', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const { ask, text, status } = asker(() => c)

  it('lists what there is, with a slash behind what has more below', async () => {
    haveInstance(c, { id, keyName: 'mine', userData: Buffer.from('#!/bin/sh\n').toString('base64') })
    c.engine.write(tx =>
      tx.keyPairs.put({
        account: c.accountId,
        id: 'key-00000001',
        name: 'mine',
        type: 'rsa',
        fingerprint: '00',
        publicKey: 'ssh-rsa AAAA mine',
        createdAt: tx.now,
      }),
    )
    assert.equal(await text('/latest/'), 'dynamic\nmeta-data\nuser-data')
    assert.equal(await text('/latest/dynamic'), 'instance-identity/')
    assert.equal(
      await text('/2009-04-04/meta-data/'),
      [
        ...['ami-id', 'ami-launch-index', 'ami-manifest-path', 'block-device-mapping/', 'hostname'],
        ...['instance-action', 'instance-id', 'instance-life-cycle', 'instance-type', 'local-hostname'],
        ...['local-ipv4', 'mac', 'placement/', 'profile', 'public-hostname', 'public-ipv4', 'public-keys/'],
        ...['reservation-id', 'security-groups', 'services/'],
      ].join('\n'),
    )
    assert.equal(await text('/latest/meta-data/public-keys/'), '0=mine')
    assert.equal(await text('/latest/meta-data/public-keys/0/'), 'openssh-key')
    assert.equal(await text('/latest/meta-data/public-keys/0/openssh-key'), 'ssh-rsa AAAA mine')
    assert.equal(await text('/latest/user-data'), '#!/bin/sh\n')
    assert.equal(await text('/latest/meta-data/block-device-mapping/'), 'ami\nemi\nroot')
  })

  it('tells values, with a slash at the end or without, in every version', async () => {
    haveInstance(c, { id, kernelId: 'eki-00000001', productCodes: ['abc', 'def'] })
    const expected = {
      'ami-id': 'emi-00000001',
      'ami-launch-index': '0',
      hostname: 'euca-127-110-0-1.eucalyptus.internal',
      'instance-action': 'none',
      'instance-id': id,
      'instance-type': 'm1.small',
      'kernel-id': 'eki-00000001',
      'local-hostname': 'euca-127-110-0-1.eucalyptus.internal',
      'local-ipv4': address,
      mac: 'd0:0d:00:00:00:01',
      'placement/availability-zone': 'PARTI00',
      'placement/region': 'eucalyptus',
      'product-codes': 'abc\ndef',
      'public-ipv4': address,
      'reservation-id': 'r-00000001',
      'services/domain': 'eucalyptus.localhost',
      'block-device-mapping/ami': 'sda1',
      'block-device-mapping/root': '/dev/sda1',
    }
    for (const [path, value] of Object.entries(expected)) {
      assert.equal(await text(`/latest/meta-data/${path}`), value, path)
      assert.equal(await text(`/1.0/meta-data/${path}/`), value, path)
    }
    for (const version of ['2007-01-19', '2011-01-01', '2021-03-23']) {
      assert.equal(await text(`/${version}/meta-data/instance-id`), id)
    }
  })

  it('has the volumes and ephemeral disks of an instance', async () => {
    haveInstance(c, {
      id,
      rootDeviceName: '/dev/sda',
      rootDeviceType: 'ebs',
      mappings: [{ deviceName: '/dev/sdb', virtualName: 'ephemeral0' }],
    })
    c.engine.write(tx => {
      for (const [index, device] of ['/dev/sda', '/dev/sdf'].entries()) {
        tx.volumes.put({
          id: `vol-0000000${index + 1}`,
          account: c.accountId,
          state: 'available',
          attachment: {
            instanceId: id,
            device,
            state: 'attached',
            attachedAt: tx.now,
            deleteOnTermination: true,
          },
        } as never)
      }
    })
    const below = (name: string) => text(`/latest/meta-data/block-device-mapping/${name}`)
    assert.equal(await below(''), 'ami\nebs1\nemi\nephemeral0\nroot')
    assert.deepEqual(
      [await below('ami'), await below('ebs1'), await below('ephemeral0'), await below('root')],
      ['sda', 'sdf', 'sdb', '/dev/sda'],
    )
    assert.equal(await text('/latest/meta-data/ami-manifest-path'), '(unknown)')
  })

  it('answers 404 where there is nothing', async () => {
    haveInstance(c, { id })
    for (const path of [
      ...['user-data', 'meta-data/nothing', 'meta-data/public-keys/', 'meta-data/iam/info', 'nothing'],
      ...['meta-data/iam/security-credentials/', 'meta-data/iam/security-credentials/role', 'meta-data/ami'],
      ...['meta-data/__proto__', 'meta-data/../user-data', 'meta-data/%zz', 'meta-data/constructor'],
    ]) {
      assert.equal(await status(`/latest/${path}`), 404, path)
    }
  })

  it('signs what it tells of the instance with the key of the cloud', async () => {
    haveInstance(c, { id })
    const document = await text('/latest/dynamic/instance-identity/document')
    const { accountId, instanceId, imageId, region, privateIp, pendingTime } = JSON.parse(document)
    assert.deepEqual(
      [accountId, instanceId, imageId, region, privateIp],
      [c.accountId, id, 'emi-00000001', 'eucalyptus', address],
    )
    assert.match(pendingTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    const signature = await text('/latest/dynamic/instance-identity/signature')
    const { certificate } = c.engine.read(tx => tx.cloudIdentity.must('cloud'))
    assert.ok(createVerify('sha256').update(document).verify(certificate, signature, 'base64'))
    assert.equal(await text('/latest/dynamic/instance-identity/'), 'document\nsignature')
  })

  describe('with tokens', () => {
    const life = 'x-aws-ec2-metadata-token-ttl-seconds'
    const header = 'x-aws-ec2-metadata-token'
    const put = (seconds?: string, how: Manner = {}) =>
      ask('/latest/api/token', {
        method: 'PUT',
        ...how,
        headers: { ...how.headers, ...(seconds === undefined ? {} : { [life]: seconds }) },
      })

    it('gives one for as long as is asked, and takes it so long', async () => {
      haveInstance(c, { id })
      const response = await put('60')
      assert.deepEqual([response.status, response.headers[life]], [200, '60'])
      const token = { headers: { [header]: String(response.body) } }
      assert.equal(await text('/latest/meta-data/instance-id', token), id)
      c.clock.advance(59)
      assert.equal((await ask('/latest/meta-data/instance-id', token)).headers[life], '1')
      c.clock.advance(1)
      assert.equal(await status('/latest/meta-data/instance-id', token), 401)
      assert.equal(await status('/latest/meta-data/instance-id'), 200)
    })

    it('refuses a life that is none, another method, and what a proxy passes on', async () => {
      haveInstance(c, { id })
      for (const seconds of [undefined, '', '0', '21601', '-1', '1e3', 'x', '60, 60']) {
        assert.equal((await put(seconds)).status, 400, String(seconds))
      }
      assert.equal((await put('21600')).status, 200)
      assert.equal((await put('60', { headers: { 'x-forwarded-for': '10.0.0.1' } })).status, 403)
      const read = await ask('/latest/api/token')
      assert.deepEqual([read.status, read.headers.allow], [405, 'OPTIONS, PUT'])
      for (const method of ['PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS']) {
        assert.equal(await status('/latest/meta-data/', { method }), 405, method)
      }
      assert.equal(await status('/latest/meta-data/', { method: 'HEAD' }), 200)
      assert.equal((await ask('/latest/meta-data/', { method: 'HEAD' })).body, undefined)
    })

    it('refuses tokens that are made up, cut, changed, or of another instance', async () => {
      haveInstance(c, { id })
      haveInstance(c, { id: 'i-00000002', privateIp: '127.110.0.2' })
      const token = String((await put('60')).body)
      const other = String((await put('60', { from: '127.110.0.2' })).body)
      const first = token.startsWith('B') ? 'C' : 'B'
      for (const wrong of ['', 'x', token.slice(0, -1), `${token}=`, `${first}${token.slice(1)}`, other]) {
        const asked = { headers: { [header]: wrong } }
        assert.equal(await status('/latest/meta-data/instance-id', asked), 401, wrong)
      }
    })
  })

  describe('knows who asks', () => {
    const path = '/latest/meta-data/instance-id'
    const local = '127.0.0.1'
    // Anything else is an object of a bucket that is not there, or that nobody may read without a signature.
    const elsewhere = async (path: string, how: Manner) => {
      const { status, headers } = await ask(path, how)
      assert.ok(
        [403, 404].includes(status) && headers['x-amz-request-id'],
        `${status} ${JSON.stringify(how)}`,
      )
    }

    it('by the address it comes from, private or public, in either form', async () => {
      haveInstance(c, { id })
      c.engine.write(tx => tx.instanceAddresses.put({ instanceId: id, automaticIp: '198.18.0.7' }))
      for (const from of [address, `::ffff:${address}`, '198.18.0.7']) {
        assert.equal(await text(path, { from }), id)
      }
      assert.equal(await text('/latest/meta-data/public-ipv4'), '198.18.0.7')
      await elsewhere(path, { from: '127.110.0.2' })
    })

    it('by the address it is sent to, from this machine only', async () => {
      haveInstance(c, { id })
      const host = `${address}:8773`
      for (const from of [local, '::1', '127.0.0.2']) assert.equal(await text(path, { from, host }), id)
      await elsewhere(path, { from: '10.0.0.1', host })
      await elsewhere(path, { from: local, host, headers: { 'x-forwarded-for': '10.0.0.1' } })
      await elsewhere(path, { from: local, host: '127.110.0.2' })
    })

    it('by the path, from this machine only', async () => {
      haveInstance(c, { id })
      const named = `/metadata/${id}${path}`
      for (const host of ['127.0.0.1:8773', 'localhost', '[::1]:8773']) {
        assert.equal(await text(named, { from: local, host }), id)
      }
      assert.match(await text(`/metadata/${id}/`, { from: local, host: local }), /^1\.0\n.*\nlatest$/s)
      await elsewhere(named, { from: '10.0.0.1', host: local })
      await elsewhere(named, { from: local, host: 'rebound.example.com' })
      await elsewhere(named, { from: local, host: local, headers: { forwarded: 'for=10.0.0.1' } })
      await elsewhere(`/metadata/i-00000002${path}`, { from: local, host: local })
      await elsewhere(`/metadata/${id}/2000-01-01/meta-data/`, { from: local, host: local })
    })

    it('only while it runs', async () => {
      for (const state of ['stopping', 'stopped', 'shutting-down', 'terminated'] as const) {
        haveInstance(c, { id, state })
        await elsewhere(path, {})
        await elsewhere(`/metadata/${id}${path}`, { from: local, host: local })
      }
      haveInstance(c, { id, state: 'pending' })
      assert.equal(await text(path), id)
    })

    it('and leaves signed requests to the object store', async () => {
      haveInstance(c, { id })
      await elsewhere(path, { headers: { authorization: `AWS ${c.key.id}:AAAA` } })
      await elsewhere(path, { query: 'AWSAccessKeyId=x&Expires=1&Signature=x' })
    })
  })
})
