// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import {
  CreateKeyPairCommand,
  DeleteKeyPairCommand,
  DescribeKeyPairsCommand,
  type EC2Client,
  ImportKeyPairCommand,
} from '@aws-sdk/client-ec2'
import { readPublicKey } from '../../../src/engine/ec2/public-keys'
import { type Cloud, cloud } from '../../support/cloud'
import { drawIds } from './drawn-ids'
import { refused } from './expect'

const colons = (hex: string) => (hex.match(/../g) ?? []).join(':')
const bytes = (text: string) => new TextEncoder().encode(text)
const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
const spki = rsa.publicKey.export({ type: 'spki', format: 'der' })
const expected = colons(createHash('md5').update(spki).digest('hex'))

describe('key pairs', () => {
  let c: Cloud
  let ec2: EC2Client
  beforeEach(async () => {
    c = await cloud()
    ec2 = c.ec2()
  })
  afterEach(() => c.close())

  const names = async (input: ConstructorParameters<typeof DescribeKeyPairsCommand>[0] = {}, client = ec2) =>
    (await client.send(new DescribeKeyPairsCommand(input))).KeyPairs?.map(pair => pair.KeyName)
  const importing = (material: Uint8Array, name = 'mine') =>
    ec2.send(new ImportKeyPairCommand({ KeyName: name, PublicKeyMaterial: material }))

  it('are made with a private key in PKCS#1, whose PKCS#8 has the fingerprint', async () => {
    const pair = await ec2.send(new CreateKeyPairCommand({ KeyName: 'work' }))
    assert.match(pair.KeyPairId ?? '', /^key-[0-9a-f]{8}$/)
    assert.match(pair.KeyMaterial ?? '', /^-----BEGIN RSA PRIVATE KEY-----\n/)
    const der = createPrivateKey(pair.KeyMaterial ?? '').export({ type: 'pkcs8', format: 'der' })
    assert.equal(pair.KeyFingerprint, colons(createHash('sha1').update(der).digest('hex')))
    const { KeyPairs } = await ec2.send(new DescribeKeyPairsCommand({ IncludePublicKey: true }))
    assert.equal(KeyPairs?.[0]?.KeyFingerprint, pair.KeyFingerprint)
    const line = KeyPairs?.[0]?.PublicKey ?? ''
    assert.match(line, /^ssh-rsa \S+ work$/)
    const own = createPublicKey(pair.KeyMaterial ?? '').export({ type: 'spki', format: 'der' })
    assert.equal(readPublicKey(bytes(line))?.fingerprint, colons(createHash('md5').update(own).digest('hex')))
  })

  it('keep the private key from every later answer', async () => {
    await ec2.send(new CreateKeyPairCommand({ KeyName: 'work' }))
    const stored = c.engine.read(tx => JSON.stringify(tx.keyPairs.everywhere()))
    assert.doesNotMatch(stored, /PRIVATE/)
  })

  it('are refused with a name that is taken, missing, too long or not ASCII', async () => {
    await ec2.send(new CreateKeyPairCommand({ KeyName: 'work' }))
    const making = (KeyName: string) => ec2.send(new CreateKeyPairCommand({ KeyName }))
    await refused(making('work'), 'InvalidKeyPair.Duplicate', "The keypair 'work' already exists.")
    await refused(importing(spki, 'work'), 'InvalidKeyPair.Duplicate')
    await refused(making('schlüssel'), 'InvalidParameterValue')
    await refused(making('x'.repeat(256)), 'InvalidParameterValue')
    await refused(making(''), 'MissingParameter')
    assert.deepEqual(await names(), ['work'])
  })

  it('belong to an account: another one may use the name and sees nothing', async () => {
    await ec2.send(new CreateKeyPairCommand({ KeyName: 'work' }))
    const alice = (await c.account('alice')).ec2()
    assert.deepEqual(await names({}, alice), [])
    await refused(
      names({ KeyNames: ['work'] }, alice) as Promise<unknown>,
      'InvalidKeyPair.NotFound',
      "The key pair 'work' does not exist",
    )
    await alice.send(new CreateKeyPairCommand({ KeyName: 'work' }))
    assert.deepEqual(await names({ KeyNames: ['verbose'] }), ['work', 'work'])
    assert.deepEqual(await names({ KeyNames: ['work', 'verbose'] }, alice), ['work'])
  })

  it('are found by name, id, fingerprint and tag', async () => {
    const first = await ec2.send(
      new CreateKeyPairCommand({
        KeyName: 'one',
        TagSpecifications: [{ ResourceType: 'key-pair', Tags: [{ Key: 'use', Value: 'test' }] }],
      }),
    )
    await importing(spki, 'two')
    assert.deepEqual(first.Tags, [{ Key: 'use', Value: 'test' }])
    assert.deepEqual(await names({ KeyPairIds: [(first.KeyPairId ?? '').toUpperCase()] }), ['one'])
    assert.deepEqual(await names({ Filters: [{ Name: 'fingerprint', Values: [expected] }] }), ['two'])
    assert.deepEqual(await names({ Filters: [{ Name: 'key-name', Values: ['t*'] }] }), ['two'])
    assert.deepEqual(await names({ Filters: [{ Name: 'tag:use', Values: ['test'] }] }), ['one'])
    await refused(
      names({ Filters: [{ Name: 'size', Values: ['1'] }] }) as Promise<unknown>,
      'InvalidParameterValue',
    )
  })

  it('are deleted once; a second time is answered false', async () => {
    await ec2.send(new CreateKeyPairCommand({ KeyName: 'work' }))
    const deleting = () => ec2.send(new DeleteKeyPairCommand({ KeyName: 'work' }))
    assert.equal((await deleting()).Return, true)
    assert.deepEqual(await names(), [])
    assert.equal((await deleting()).Return, false)
    await refused(ec2.send(new DeleteKeyPairCommand({})), 'MissingParameter')
  })

  it('are imported from every form that people have', async () => {
    const line = readPublicKey(spki)?.line ?? ''
    const blob = line.split(' ')[1] ?? ''
    const forms: Record<string, Uint8Array> = {
      der: spki,
      base64: bytes(spki.toString('base64')),
      pem: bytes(rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()),
      pkcs1: bytes(rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()),
      openssh: bytes(`${line} me@here\n`),
      rfc4716: bytes(
        `---- BEGIN SSH2 PUBLIC KEY ----\nComment: "a \\\nlong one"\n${blob.slice(0, 70)}\n${blob.slice(70)}\n---- END SSH2 PUBLIC KEY ----\n`,
      ),
    }
    for (const [form, material] of Object.entries(forms)) {
      assert.equal((await importing(material, form)).KeyFingerprint, expected, form)
    }
  })

  it('have the fingerprints that other programs compute', async () => {
    // Made by ssh-keygen; the first fingerprint is what `ssh-keygen -l` says, padded, the second what
    // `ssh-keygen -e -m PKCS8 | openssl pkey -pubin -outform DER | openssl md5 -c` does.
    const ed25519 =
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOQmQVXybNk7vCMfw95qf6eePzg0eyCNLyuQ+j0PbC4H someone@example'
    const ssh =
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCtjmnHCA9si5VYKebe+fYyeuu01ZZKmpSaM4WGDZvvJmJeYrkxiwpl0Fs7DBA5z' +
      'ChxoT+JHjNNT6JJ8Ypq0ujiYNoGqs1HCtsLKGa8+asWgE55Obi9ggvxjJj04ckFlnllSpydl7DTIiMT3QZHEvPAZmQMDP5TENrDnEc9' +
      '4KWYoQ== s'
    const first = await importing(bytes(ed25519), 'first')
    assert.equal(first.KeyFingerprint, 'bHmi30mgnohmgGrB+t1ntGQ5Xy2B9n+ZV1SKGpNTQME=')
    const second = await importing(bytes(ssh), 'second')
    assert.equal(second.KeyFingerprint, 'd8:7e:a4:89:2f:7f:f4:ac:f9:66:9c:6e:96:d8:07:a6')
    const { KeyPairs } = await ec2.send(new DescribeKeyPairsCommand({ IncludePublicKey: true }))
    assert.deepEqual(
      KeyPairs?.map(({ KeyType, PublicKey }) => [KeyType, PublicKey]),
      [
        ['ed25519', ed25519.replace('someone@example', 'first')],
        ['rsa', ssh.replace(/s$/, 'second')],
      ],
    )
  })

  it('are not imported from anything else', async () => {
    const line = readPublicKey(spki)?.line ?? ''
    const odd = generateKeyPairSync('rsa', { modulusLength: 1536 }).publicKey
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
    const materials: Record<string, Uint8Array> = {
      empty: new Uint8Array(),
      text: bytes('not a key'),
      'cut short': bytes(line.slice(0, 100)),
      'private key': bytes(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
      'odd length': odd.export({ type: 'spki', format: 'der' }),
      'elliptic curve': curve.export({ type: 'spki', format: 'der' }),
    }
    for (const material of Object.values(materials)) {
      await refused(importing(material, 'bad'), 'InvalidKey.Format')
    }
    assert.deepEqual(await names(), [])
  })

  it('have ids that are given once', async () => {
    drawIds(c, 'aaaaaaaa', 'aaaaaaaa', 'bbbbbbbb')
    const made = async (KeyName: string) => (await ec2.send(new CreateKeyPairCommand({ KeyName }))).KeyPairId
    assert.deepEqual([await made('one'), await made('two')], ['key-aaaaaaaa', 'key-bbbbbbbb'])
  })
})
