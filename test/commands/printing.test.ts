// SPDX-License-Identifier: BSD-2-Clause
// What the tools print of an answer, field by field.
import assert from 'node:assert/strict'
import { constants, publicEncrypt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repeatingEntropy } from '../support/cloud'
import { printed, recorder } from './recorder'

describe('euca-describe-images', () => {
  const image = (id: string, more: string) =>
    `<item><imageId>${id}</imageId><imageOwnerId>12</imageOwnerId>${more}</item>`
  const store =
    '<imageLocation>b/x.manifest.xml</imageLocation><rootDeviceType>instance-store</rootDeviceType>'

  it('sorts by ID, keeps the first of two, and names by location or by owner and name', async () => {
    const answer = `<imagesSet>${image('emi-2', `${store}<isPublic>true</isPublic>`)}${image('emi-1', `<name>disk</name><rootDeviceType>ebs</rootDeviceType><imageOwnerAlias>me</imageOwnerAlias>`)}${image('emi-2', '')}</imagesSet>`
    assert.deepEqual(await printed('euca-describe-images -a', answer), [
      'IMAGE\temi-1\t12/disk\tme\t\tprivate\t\t\t\t\t\tebs\t\t',
      'IMAGE\temi-2\tb/x.manifest.xml\t12\t\tpublic\t\t\t\t\t\tinstance-store\t\t',
    ])
  })

  it('prints block devices and tags below their image, empty fields as asked', async () => {
    const mappings =
      '<blockDeviceMapping><item><deviceName>sda</deviceName><ebs><snapshotId>snap-1</snapshotId><volumeSize>0</volumeSize><deleteOnTermination>false</deleteOnTermination></ebs></item><item><deviceName>sdb</deviceName><virtualName>ephemeral0</virtualName></item></blockDeviceMapping><tagSet><item><key>k</key><value/></item></tagSet>'
    const [, ...rest] = await printed(
      'euca-describe-images -a --show-empty-fields',
      `<imagesSet>${image('emi-1', store + mappings)}</imagesSet>`,
    )
    assert.deepEqual(rest, [
      'BLOCKDEVICEMAPPING\tEBS\tsda\tsnap-1\t0\tfalse\t(nil)\t(nil)',
      'BLOCKDEVICEMAPPING\tEPHEMERAL\tsdb\tephemeral0',
      'TAG\timage\temi-1\tk\t(nil)',
    ])
  })
})

describe('euca-describe-image-attribute', () => {
  it('prints whatever the answer holds', async () => {
    const answer =
      '<imageId>emi-1</imageId><launchPermission><item><group>all</group></item><item><userId>12</userId></item></launchPermission><productCodes><item><productCode>abc</productCode><type>marketplace</type></item></productCodes><blockDeviceMapping><item><deviceName>sda</deviceName></item></blockDeviceMapping><kernel><value>eki-1</value></kernel><description/>'
    assert.deepEqual(await printed('euca-describe-image-attribute -l emi-1', answer), [
      'launchPermission\temi-1\tgroup\tall',
      'launchPermission\temi-1\tuserId\t12',
      'productCodes\temi-1\tproductCode\t[marketplace: abc]',
      'blockDeviceMapping\temi-1\tblockDeviceMap\tsda: None',
      'kernel\temi-1\t\teki-1',
    ])
  })
})

describe('euca-describe-instances', () => {
  it('prints volumes and network interfaces of an instance', async () => {
    const answer = `<reservationSet><item><reservationId>r-1</reservationId><ownerId>12</ownerId><groupSet/><instancesSet><item><instanceId>i-1</instanceId><launchTime>2014-01-01T00:00:00Z</launchTime>
<blockDeviceMapping><item><deviceName>sda</deviceName><ebs><volumeId>vol-1</volumeId><attachTime>2014-01-01T00:00:01Z</attachTime><deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping>
<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><ownerId>12</ownerId><status>in-use</status><privateIpAddress>10.0.0.4</privateIpAddress><sourceDestCheck>true</sourceDestCheck><attachment><attachmentId>eni-attach-1</attachmentId><deviceIndex>0</deviceIndex></attachment><association><publicIp>1.2.3.4</publicIp><ipOwnerId>amazon</ipOwnerId></association><groupSet><item><groupId>sg-1</groupId><groupName>web</groupName></item></groupSet><privateIpAddressesSet><item><privateIpAddress>10.0.0.4</privateIpAddress><primary>true</primary><association><publicIp>1.2.3.4</publicIp></association></item><item><privateIpAddress>10.0.0.5</privateIpAddress><primary>false</primary></item></privateIpAddressesSet></item></networkInterfaceSet></item></instancesSet></item></reservationSet>`
    const [reservation, , ...rest] = await printed('euca-describe-instances', answer)
    assert.equal(reservation, 'RESERVATION\tr-1\t12\t')
    assert.deepEqual(rest, [
      'BLOCKDEVICE\tsda\tvol-1\t2014-01-01T00:00:01Z\ttrue\t\t',
      'NETWORKINTERFACE\teni-1\tsubnet-1\tvpc-1\t12\tin-use\t10.0.0.4\t\ttrue',
      'ATTACHMENT\t\teni-attach-1\t0\t\t\t',
      'ASSOCIATION\t1.2.3.4\tamazon\t10.0.0.4',
      'GROUP\tsg-1\tweb',
      'PRIVATEIPADDRESS\t10.0.0.4\t\tprimary',
      'PRIVATEIPADDRESS\t10.0.0.5\t\t',
    ])
  })
})

describe('euca-describe-instance-status', () => {
  const ok =
    '<item><instanceId>i-1</instanceId><systemStatus><status>ok</status></systemStatus><instanceStatus><status>ok</status></instanceStatus></item>'
  const bad = `<item><instanceId>i-2</instanceId><availabilityZone>z</availabilityZone><instanceState><code>16</code><name>running</name></instanceState>
<systemStatus><status>impaired</status><details><item><name>reachability</name><status>failed</status><impairedSince>2014-01-01T00:00:00Z</impairedSince></item></details></systemStatus><instanceStatus><status>ok</status></instanceStatus>
<eventsSet><item><code>instance-stop</code><notBefore>2014-02-02T00:00:00Z</notBefore><description>later</description></item><item><code>instance-reboot</code><notBefore>2014-02-01T00:00:00Z</notBefore></item></eventsSet></item>`

  it('hides the healthy when asked, and dates the retirement by the earliest event', async () => {
    assert.deepEqual(
      await printed(
        'euca-describe-instance-status --hide-healthy',
        `<instanceStatusSet>${ok}${bad}</instanceStatusSet>`,
      ),
      [
        'INSTANCE\ti-2\tz\trunning\t16\tok\timpaired\tretiring\t2014-02-01T00:00:00Z',
        'SYSTEMSTATUS\treachability\tfailed\t2014-01-01T00:00:00Z',
        'EVENT\tinstance-stop\t2014-02-02T00:00:00Z\t\tlater',
        'EVENT\tinstance-reboot\t2014-02-01T00:00:00Z\t\t',
      ],
    )
  })

  it('shows the healthy otherwise', async () => {
    assert.deepEqual(
      await printed('euca-describe-instance-status', `<instanceStatusSet>${ok}</instanceStatusSet>`),
      ['INSTANCE\ti-1\t\t\t\tok\tok\tactive\t'],
    )
  })
})

describe('euca-describe-groups', () => {
  it('prints rules of ranges and of groups, in and out', async () => {
    const answer =
      '<securityGroupInfo><item><ownerId>12</ownerId><groupId>sg-1</groupId><groupName>web</groupName><groupDescription>d</groupDescription><vpcId>vpc-1</vpcId><ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>0</fromPort><toPort>22</toPort><groups><item><userId>34</userId><groupName>ssh</groupName></item><item><userId>34</userId><groupId>sg-2</groupId></item></groups><ipRanges><item><cidrIp>10.0.0.0/8</cidrIp></item></ipRanges></item></ipPermissions><ipPermissionsEgress><item><ipProtocol>-1</ipProtocol><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges></item></ipPermissionsEgress></item></securityGroupInfo>'
    assert.deepEqual(await printed('euca-describe-groups', answer), [
      'GROUP\tsg-1\t12\tweb\td\tvpc-1',
      'PERMISSION\t12\tweb\tALLOWS\ttcp\t0\t22\tFROM\tCIDR\t10.0.0.0/8\tingress',
      'PERMISSION\t12\tweb\tALLOWS\ttcp\t0\t22\tFROM\tUSER\t34\tNAME\tssh\tingress',
      'PERMISSION\t12\tweb\tALLOWS\ttcp\t0\t22\tFROM\tUSER\t34\tID\tsg-2\tingress',
      'PERMISSION\t12\tweb\tALLOWS\t-1\t\t\tTO\tCIDR\t0.0.0.0/0\tegress',
    ])
  })
})

describe('euca-describe-instance-types', () => {
  const zone = (name: string, max: number, available: number) =>
    `<item><zoneName>${name}</zoneName><max>${max}</max><available>${available}</available></item>`
  const type = (name: string, zones: string) =>
    `<item><name>${name}</name><cpu>1</cpu><memory>256</memory><disk>5</disk><networkInterfaces>2</networkInterfaces><availability>${zones}</availability></item>`

  it('aligns columns and adds up zones, as the reference shows', async () => {
    const answer = `<instanceTypeDetails>${type('m1.small', zone('a', 10, 8) + zone('b', 3, 2))}</instanceTypeDetails>`
    assert.deepEqual(await printed('euca-describe-instance-types --show-capacity', answer), [
      'INSTANCETYPE\tName      CPUs  Memory (MiB)  Disk (GiB)  NICs  Used / Total  Used %',
      'INSTANCETYPE\tm1.small     1           256           5     2     3 /    13     23%',
    ])
  })

  it('rounds halves to the even percent and says none of nothing', async () => {
    const answer = `<instanceTypeDetails>${type('a', zone('z', 200, 199))}${type('b', zone('z', 200, 197))}${type('c', zone('z', 0, 0))}</instanceTypeDetails>`
    const lines = await printed('euca-describe-instance-types --show-capacity', answer)
    assert.deepEqual(
      lines.slice(1).map(line => line.slice(-6).trim()),
      ['0%', '2%', ''],
    )
  })

  it('shows zones apart, sorted', async () => {
    const answer = `<instanceTypeDetails>${type('m1.small', zone('b', 1, 1) + zone('a', 1, 0))}</instanceTypeDetails>`
    const lines = await printed('euca-describe-instance-types --by-zone', answer)
    assert.deepEqual(
      lines.filter(line => line.startsWith('AVAILABILITYZONE') || line === ''),
      ['AVAILABILITYZONE\ta', '', 'AVAILABILITYZONE\tb', ''],
    )
  })
})

describe('euca-get-console-output', () => {
  const answer = (output: Buffer) =>
    `<instanceId>i-1</instanceId><timestamp>2014-01-01T00:00:00.000Z</timestamp><output>${output.toString('base64')}</output>`

  it('shows control characters as carets, and bytes that are no UTF-8 as question marks', async () => {
    const output = Buffer.from('a\x1b[0m\tb\x00\x7f\xff caf\xc3\xa9', 'latin1')
    assert.deepEqual(await printed('euca-get-console-output i-1', answer(output)), [
      'i-1',
      '2014-01-01T00:00:00.000Z',
      'a^[[0m\tb^@^?? café',
    ])
  })

  it('shows them as they are with -r', async () => {
    const [, , line] = await printed('euca-get-console-output -r i-1', answer(Buffer.from('\x1b[0m')))
    assert.equal(line, '\x1b[0m')
  })
})

describe('Tools with keys', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mallee-keys-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  it('save a new key for the owner alone, exactly as it was received', async () => {
    writeFileSync(join(folder, 'old.pem'), 'something that was longer than the key', { mode: 0o644 })
    const answer = '<keyName>k</keyName><keyFingerprint>aa:bb</keyFingerprint><keyMaterial>KEY</keyMaterial>'
    for (const file of ['new.pem', 'old.pem']) {
      assert.deepEqual(await printed(`euca-create-keypair -f ${file} k`, answer, folder), [
        'KEYPAIR\tk\taa:bb',
      ])
      assert.equal(readFileSync(join(folder, file), 'utf8'), 'KEY')
      assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600)
    }
  })

  it('leave no file behind when the service refuses to make a key', async () => {
    const service = await recorder(
      () => ({
        status: 400,
        body: '<Response><Errors><Error><Code>InvalidKeyPair.Duplicate</Code><Message>no</Message></Error></Errors></Response>',
      }),
      { cwd: folder },
    )
    const { status, stderr } = await service.tool(['euca-create-keypair', '-f', 'refused.pem', 'k'])
    await service.close()
    assert.equal(stderr, 'euca-create-keypair: error (InvalidKeyPair.Duplicate): no\n')
    assert.equal(status, 1)
    assert.throws(() => statSync(join(folder, 'refused.pem')), /ENOENT/)
  })

  it('decrypt a password with its own key and refuse another', async () => {
    const { rsaKey } = repeatingEntropy('passwords')
    const own = rsaKey()
    writeFileSync(join(folder, 'own.pem'), own)
    writeFileSync(join(folder, 'other.pem'), rsaKey())
    const answerOf = (password: Buffer) => {
      const padding = Buffer.alloc(256 - 3 - password.length, 0xff)
      const block = Buffer.concat([Buffer.of(0, 2), padding, Buffer.of(0), password])
      const data = publicEncrypt({ key: own, padding: constants.RSA_NO_PADDING }, block)
      return `<passwordData>\n${data.toString('base64')}\n</passwordData>`
    }
    const answer = answerOf(Buffer.from('s3crét!'))
    assert.deepEqual(await printed('euca-get-password -k own.pem i-1', answer, folder), ['s3crét!'])
    assert.deepEqual(await printed('euca-get-password-data i-1', '<passwordData/>', folder), [])
    // What another key makes of it may look padded, and is no text then.
    for (const [file, password] of [
      ['other.pem', 's3cret!'],
      ['own.pem', 's3c\u001bret'],
      ['own.pem', Buffer.of(0x73, 0xe9, 0x74)],
    ] as const) {
      const answer = answerOf(Buffer.from(password))
      const service = await recorder(() => `<Response>${answer}</Response>`, { cwd: folder })
      const { status, stderr } = await service.tool(['euca-get-password', '-k', file, 'i-1'])
      await service.close()
      assert.equal(stderr, `euca-get-password: error: the password cannot be decrypted with '${file}'\n`)
      assert.equal(status, 1)
    }
  })
})
