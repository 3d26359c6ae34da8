// SPDX-License-Identifier: BSD-2-Clause
// What an instance is told of itself, and who is not.
import assert from 'node:assert/strict'
import { createVerify } from 'node:crypto'
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { HttpRequest, HttpResponse } from '../../../src/engine/http'
import { type Cloud, cloud, inProcess } from '../../support/cloud'
import { haveInstance } from '../ec2/instance'

const id = 'i-00000001'
const address = '172.16.0.1'
const trust = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})

describe('the metadata service', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  interface Manner {
    readonly method?: string
    readonly from?: string
    readonly host?: string
    readonly headers?: Record<string, string>
    readonly query?: string
  }

  const ask = (path: string, how: Manner = {}): Promise<HttpResponse> => {
    const { method = 'GET', from = address, host = '169.254.169.254', headers = {}, query = '' } = how
    const request: HttpRequest = { method, path, query, headers: { host, ...headers }, remoteAddress: from }
    return c.engine.handle(request)
  }
  const text = async (path: string, how?: Manner): Promise<string> => {
    const { status, body } = await ask(path, how)
    assert.equal(status, 200, `${path}: ${status}`)
    return String(body)
  }
  const status = async (path: string, how?: Manner): Promise<number> => (await ask(path, how)).status

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
      hostname: 'euca-172-16-0-1.eucalyptus.internal',
      'instance-action': 'none',
      'instance-id': id,
      'instance-type': 'm1.small',
      'kernel-id': 'eki-00000001',
      'local-hostname': 'euca-172-16-0-1.eucalyptus.internal',
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
      haveInstance(c, { id: 'i-00000002', privateIp: '172.16.0.2' })
      const token = String((await put('60')).body)
      const other = String((await put('60', { from: '172.16.0.2' })).body)
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
      await elsewhere(path, { from: '172.16.0.2' })
    })

    it('by the address it is sent to, from this machine only', async () => {
      haveInstance(c, { id })
      const host = `${address}:8773`
      for (const from of [local, '::1', '127.0.0.2']) assert.equal(await text(path, { from, host }), id)
      await elsewhere(path, { from: '10.0.0.1', host })
      await elsewhere(path, { from: local, host, headers: { 'x-forwarded-for': '10.0.0.1' } })
      await elsewhere(path, { from: local, host: '172.16.0.2' })
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

  describe('with a role', () => {
    const role = 'reader'
    const list = '/latest/meta-data/iam/security-credentials/'
    const keys = async () => JSON.parse(await text(`${list}${role}`))
    const identity = ({ AccessKeyId, SecretAccessKey, Token }: Record<string, string>) => {
      const client = new STSClient({
        region: 'eucalyptus',
        endpoint: 'http://cloud.test:8773/services/Tokens',
        credentials: {
          accessKeyId: AccessKeyId ?? '',
          secretAccessKey: SecretAccessKey ?? '',
          ...(Token === undefined ? {} : { sessionToken: Token }),
        },
        maxAttempts: 1,
        systemClockOffset: c.clock.now() - Date.now(),
        requestHandler: inProcess(request => c.engine.handle(request)) as never,
      })
      return client.send(new GetCallerIdentityCommand({}))
    }

    beforeEach(async () => {
      await c.iam().send(new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument: trust }))
      const { InstanceProfile } = await c
        .iam()
        .send(new CreateInstanceProfileCommand({ InstanceProfileName: 'web' }))
      await c.iam().send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'web', RoleName: role }))
      haveInstance(c, { id, profileArn: InstanceProfile?.Arn ?? '' })
    })

    it('names profile and role, and gives keys that work', async () => {
      assert.equal(await text('/latest/meta-data/iam/'), 'info\nsecurity-credentials/')
      assert.equal(await text(list), role)
      const { InstanceProfileArn, Code } = JSON.parse(await text('/latest/meta-data/iam/info'))
      assert.deepEqual(
        [InstanceProfileArn, Code],
        [`arn:aws:iam::${c.accountId}:instance-profile/web`, 'Success'],
      )
      const given = await keys()
      assert.deepEqual([given.Code, given.Type], ['Success', 'AWS-HMAC'])
      const { Arn } = await identity(given)
      assert.equal(Arn, `arn:aws:sts::${c.accountId}:assumed-role/${role}/${id}`)
    })

    it('gives the same keys until they are soon to expire, then others; the old ones last their time', async () => {
      const first = await keys()
      assert.deepEqual(await keys(), first)
      await c.pass(5 * 3600 + 60)
      const second = await keys()
      assert.notEqual(second.AccessKeyId, first.AccessKeyId)
      await identity(first)
      await c.pass(3600)
      await assert.rejects(identity(first), /Invalid access key or token/)
      await identity(second)
      assert.ok(Date.parse(second.Expiration) > c.clock.now())
    })

    it('takes them back when the role goes', async () => {
      const given = await keys()
      await c
        .iam()
        .send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: 'web', RoleName: role }))
      await c.iam().send(new DeleteRoleCommand({ RoleName: role }))
      await assert.rejects(identity(given), /Invalid access key or token/)
      assert.equal(await status(list), 404)
      assert.equal(await status(`${list}${role}`), 404)
    })

    it('gives none of a role that another name is asked for, or that does not trust EC2', async () => {
      assert.equal(await status(`${list}admin`), 404)
      assert.equal(await status(`${list}${role}/AccessKeyId`), 404)
      c.engine.write(tx => {
        const [kept] = tx.roles.list()
        if (kept) tx.roles.put({ ...kept, trust: trust.replace('ec2.', 'lambda.') })
      })
      assert.equal(await status(`${list}${role}`), 404)
    })
  })
})
