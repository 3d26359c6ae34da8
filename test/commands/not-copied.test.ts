// SPDX-License-Identifier: BSD-2-Clause
// What the original did and probably nobody wanted: the tools do the sensible thing instead: the table of
// docs/differences.md, line by line.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { run } from '../cli/process'
import { cloud } from '../support/cloud'
import { lines, outcome } from './answered'
import { printed, recorder } from './recorder'

describe('What is not copied from the original', () => {
  it('characters outside ASCII are printed, in UTF-8, wherever the output goes', async () => {
    const tag =
      '<tagSet><item><resourceId>i-1</resourceId><resourceType>instance</resourceType><key>naïve</key><value>日本 €</value></item></tagSet>'
    assert.deepEqual(await printed('euca-describe-tags', tag), ['TAG\tinstance\ti-1\tnaïve\t日本 €'])
    const service = await recorder(() => `<Response>${tag}</Response>`)
    const { bytes } = await run(['euca-describe-tags'], { env: { ...service.env, LC_ALL: 'C' } })
    await service.close()
    assert.equal(bytes.toString('utf8'), 'TAG\tinstance\ti-1\tnaïve\t日本 €\n')
  })

  it('euca-authorize -o opens a group to the other group alone', async () => {
    const service = await recorder(() => '<Response><return>true</return></Response>')
    const { status } = await service.tool(
      'euca-authorize -P tcp -p 22 -o other -u 000000000000 web'.split(' '),
    )
    await service.close()
    assert.equal(status, 0)
    const [{ Action, ...sent } = {}] = service.requests
    assert.equal(Action, 'AuthorizeSecurityGroupIngress')
    assert.deepEqual(
      Object.entries(sent).filter(([name, value]) => /Cidr|IpRanges/.test(name) || value.includes('/0')),
      [],
    )
    assert.equal(sent['IpPermissions.1.Groups.1.GroupName'], 'other')
  })

  it('euca-describe-instance-types --by-zone leaves out types that a zone says nothing of', async () => {
    const zone = (name: string) =>
      `<item><zoneName>${name}</zoneName><max>1</max><available>1</available></item>`
    const type = (name: string, zones: string) =>
      `<item><name>${name}</name><cpu>1</cpu><memory>256</memory><disk>5</disk><networkInterfaces>2</networkInterfaces><availability>${zones}</availability></item>`
    const answer = `<instanceTypeDetails>${type('m1.small', zone('a') + zone('b'))}${type('m1.large', zone('b'))}</instanceTypeDetails>`
    const names = (await printed('euca-describe-instance-types --by-zone', answer)).map(line =>
      line.replace(/^INSTANCETYPE\t(\S+).*/, '$1'),
    )
    assert.deepEqual(names, [
      ...['AVAILABILITYZONE\ta', 'Name', 'm1.small', ''],
      ...['AVAILABILITYZONE\tb', 'Name', 'm1.small', 'm1.large', ''],
    ])
  })

  it('euca-describe-instance-status shows the first of several events’ times', async () => {
    const event = (code: string, time: string) =>
      `<item><code>${code}</code><notBefore>${time}</notBefore></item>`
    const events =
      event('instance-stop', '2014-02-02T00:00:00Z') + event('system-reboot', '2014-02-01T00:00:00Z')
    const answer = `<instanceStatusSet><item><instanceId>i-1</instanceId><eventsSet>${events}</eventsSet></item></instanceStatusSet>`
    assert.deepEqual(await printed('euca-describe-instance-status', answer), [
      'INSTANCE\ti-1\t\t\t\t\t\tretiring\t2014-02-01T00:00:00Z',
      'EVENT\tinstance-stop\t2014-02-02T00:00:00Z\t\t',
      'EVENT\tsystem-reboot\t2014-02-01T00:00:00Z\t\t',
    ])
  })

  it('euca-delete-bundle --clear removes the bucket of a bundle that is gone, if it is empty', async () => {
    const c = await cloud()
    const clear = () =>
      run('euca-delete-bundle -b images -p gone --clear'.split(' '), {
        env: { MALLEE_HOME: c.home },
        door: request => c.engine.handle(request),
        now: () => c.clock.now(),
      })
    try {
      const s3 = c.s3()
      await s3.send(new CreateBucketCommand({ Bucket: 'images' }))
      await s3.send(new PutObjectCommand({ Bucket: 'images', Key: 'other', Body: 'x' }))
      const full = await clear()
      assert.equal(full.status, 1)
      assert.match(full.stderr, /manifest 'images\/gone\.manifest\.xml' does not exist on the server/)
      await s3.send(new DeleteObjectCommand({ Bucket: 'images', Key: 'other' }))
      const { status, stderr } = await clear()
      assert.deepEqual([status, stderr], [0, ''])
      assert.deepEqual((await s3.send(new ListBucketsCommand({}))).Buckets ?? [], [])
    } finally {
      await c.close()
    }
  })

  it('euare-userlistcerts reads all pages', async () => {
    const page = (id: string, more: string) =>
      `<Certificates><member><CertificateId>${id}</CertificateId></member></Certificates>${more}`
    const answers = {
      ListSigningCertificates: page('A', '<IsTruncated>true</IsTruncated><Marker>next</Marker>'),
      'ListSigningCertificates next': page('B', '<IsTruncated>false</IsTruncated>'),
    }
    assert.deepEqual(await lines('euare-userlistcerts', answers), ['A', 'B'])
  })

  it('tools of VPCs print and send what they were given', async () => {
    const done = '<return>true</return>'
    assert.deepEqual(await printed('euca-create-route rtb-1 -r 10.0.0.0/8 -g igw-1', done), [
      'ROUTE\tigw-1\t10.0.0.0/8',
    ])
    const entry = 'euca-create-network-acl-entry acl-1 -n 7 -r 0.0.0.0/0 -P icmp -t 0:0 --allow'
    assert.deepEqual(await printed(entry, done), ['ENTRY\tingress\t7\tallow\t0.0.0.0/0\ticmp\t0\t0'])
    const gateway =
      '<vpnGateway><vpnGatewayId>vgw-1</vpnGatewayId><state>available</state><type>ipsec.1</type></vpnGateway>'
    assert.deepEqual(await printed('euca-create-vpn-gateway -t ipsec.1', gateway), [
      'VPNGATEWAY\tvgw-1\tavailable\t\tipsec.1',
    ])
    const acls =
      '<networkAclSet><item><networkAclId>acl-1</networkAclId><entrySet><item><ruleNumber>7</ruleNumber><protocol>1</protocol><ruleAction>allow</ruleAction><egress>false</egress><cidrBlock>0.0.0.0/0</cidrBlock><icmpTypeCode><code>4</code><type>3</type></icmpTypeCode></item></entrySet></item></networkAclSet>'
    const lines = await printed('euca-describe-network-acls', acls)
    assert.match(lines.find(line => line.startsWith('ENTRY')) ?? '', /\ticmp\t3\t4$/)
    const service = await recorder()
    await service.tool('euca-create-network-interface subnet-1 --secondary-address 10.0.0.7'.split(' '))
    await service.close()
    assert.ok(Object.values(service.requests[0] ?? {}).includes('10.0.0.7'))
  })

  it('[region *] and [user *] say what their others leave open', async () => {
    const service = await recorder(() => '<Response/>')
    const folder = mkdtempSync(join(tmpdir(), 'mallee-sections-'))
    try {
      mkdirSync(join(folder, '.euca'))
      writeFileSync(
        join(folder, '.euca/a.ini'),
        `[region *]\nec2-url = ${service.env.EC2_URL}\nuser = me\n[region here]\n[user me]\nkey-id = A\n[user *]\nsecret-key = s\n`,
      )
      const { status, stderr } = await run('euca-describe-tags --region here'.split(' '), { home: folder })
      assert.deepEqual([status, stderr], [0, ''])
      assert.equal(service.requests.length, 1)
    } finally {
      rmSync(folder, { recursive: true })
      await service.close()
    }
  })

  it('an answer that lacks what it must have is said to', async () => {
    const answer = { ListSigningCertificates: '<Certificates><member/></Certificates>' }
    const { status, stderr } = await outcome('euare-userlistcerts', answer)
    assert.equal(status, 1)
    assert.equal(stderr, "euare-userlistcerts: error: the service's answer lacks CertificateId\n")
  })
})
