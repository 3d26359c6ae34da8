// SPDX-License-Identifier: BSD-2-Clause

import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { BundleKeyError } from '../../../src/format/bundle/errors'
import {
  certificateKey,
  privateRsaKey,
  signText,
  unwrapKeys,
  verifyManifestSignature,
  wrapText,
} from '../../../src/format/bundle/keys'
import { writeManifest } from '../../../src/format/bundle/manifest-writer'
import { encIv, encKey, people } from '../../bundle/bundling'

const facts = {
  bundler: { name: 'n', version: '1', release: '0' },
  architecture: 'x86_64',
  blockDeviceMappings: [],
  productCodes: [],
  name: 'n',
  user: '1',
  type: 'machine' as const,
  digest: 'aa',
  size: 1,
  bundledSize: 1,
  encryptedKey: {},
  encryptedIv: {},
  parts: [{ index: 0, filename: 'n.part.00', digest: 'aa' }],
}

const signedManifest = (): string => {
  const key = privateRsaKey(people().user.privateKey, 'key')
  return writeManifest(facts, text => signText(text, key))
}

describe('the keys of a bundle', () => {
  const wrapped = () => {
    const cloud = certificateKey(people().cloud.certificate, 'cloud')
    const user = certificateKey(people().user.certificate, 'user')
    return {
      encryptedKey: { ec2: wrapText(encKey, cloud), user: wrapText(encKey, user) },
      encryptedIv: { ec2: wrapText(encIv, cloud), user: wrapText(encIv, user) },
    }
  }

  it('are wrapped as 512 hex digits for a key of 2048 bits', () => {
    assert.match(wrapped().encryptedKey.ec2, /^[0-9a-f]{512}$/)
  })

  it('are unwrapped by the owner and by the cloud', () => {
    for (const { privateKey } of [people().user, people().cloud])
      assert.deepEqual(unwrapKeys(wrapped(), privateKey), { key: encKey, iv: encIv })
  })

  it('are unwrapped by the cloud when there is no user certificate', () => {
    const { encryptedKey, encryptedIv } = wrapped()
    const manifest = { encryptedKey: { ec2: encryptedKey.ec2 }, encryptedIv: { ec2: encryptedIv.ec2 } }
    assert.deepEqual(unwrapKeys(manifest, people().cloud.privateKey), { key: encKey, iv: encIv })
    assert.throws(() => unwrapKeys(manifest, people().user.privateKey), BundleKeyError)
  })

  it('do not open for a stranger, nor for a key of another size', () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
    const pems = [people().stranger.privateKey, small.export({ type: 'pkcs1', format: 'pem' }).toString()]
    for (const pem of pems) assert.throws(() => unwrapKeys(wrapped(), pem), /made for another key/)
  })

  it('must be 32 hex digits under the wrapping', () => {
    const cloud = certificateKey(people().cloud.certificate, 'cloud')
    for (const text of ['', 'zz', `${encKey}00`, 'g'.repeat(32)]) {
      const manifest = {
        encryptedKey: { ec2: wrapText(text, cloud) },
        encryptedIv: { ec2: wrapText(encIv, cloud) },
      }
      assert.throws(() => unwrapKeys(manifest, people().cloud.privateKey), BundleKeyError)
    }
  })

  it('are refused by name when they are not RSA keys in PEM form', () => {
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const locked = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-128-cbc',
      passphrase: 'secret',
    })
    assert.throws(
      () => privateRsaKey('nonsense', 'the private key'),
      /the private key is not an unencrypted private key/,
    )
    assert.throws(() => privateRsaKey(locked.toString(), 'k'), BundleKeyError)
    assert.throws(() => privateRsaKey(people().user.certificate, 'k'), BundleKeyError)
    assert.throws(
      () => certificateKey(people().user.privateKey, 'the cloud certificate'),
      /cloud certificate is not an X.509/,
    )
    assert.throws(
      () => privateRsaKey(curve.export({ type: 'pkcs8', format: 'pem' }).toString(), 'k'),
      /not an RSA key/,
    )
  })
})

describe('the signature of a manifest', () => {
  it('is verified with the certificate or public key of the signer, among others', () => {
    const xml = signedManifest()
    const { user, stranger } = people()
    assert.equal(verifyManifestSignature(xml, [stranger.certificate, user.certificate]), true)
    const publicPem = createPublicKey(user.certificate).export({ type: 'spki', format: 'pem' }).toString()
    assert.equal(verifyManifestSignature(xml, [publicPem]), true)
    assert.equal(verifyManifestSignature(xml, [stranger.certificate]), false)
    assert.equal(verifyManifestSignature(xml, []), false)
  })

  it('fails when anything under it was changed, even by white space', () => {
    const certs = [people().user.certificate]
    for (const [from, to] of [
      ['x86_64', 'i386'],
      ['<name>n</name><user>', '<name>n</name> <user>'],
      ['<size>1<', '<size>2<'],
    ] as const)
      assert.equal(verifyManifestSignature(signedManifest().replace(from, to), certs), false)
  })

  it('does not cover the bundler', () => {
    const xml = signedManifest().replace('<version>1</version>', '<version>2</version>')
    assert.equal(verifyManifestSignature(xml, [people().user.certificate]), true)
  })

  it('is missing from an unsigned manifest', () => {
    assert.equal(verifyManifestSignature(writeManifest(facts), [people().user.certificate]), false)
    assert.equal(
      verifyManifestSignature(signedManifest().replace(/<signature>.*<\/signature>/, ''), [
        people().user.certificate,
      ]),
      false,
    )
  })
})
