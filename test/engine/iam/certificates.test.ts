// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { selfSigned } from '../../../src/engine/iam/certificates'
import { repeatingEntropy } from '../../support/cloud'

describe('a certificate of the cloud', () => {
  const privateKey = repeatingEntropy('certificates').rsaKey()

  for (const serial of [
    '0000000000000001',
    '0001ffffffffffff',
    '00ff000000000000',
    'ffffffffffffffff',
    '80',
  ]) {
    it(`can be read when chance gave it the serial ${serial}`, () => {
      const pem = selfSigned({
        privateKey,
        subject: [['CN', 'eucalyptus']],
        serial: Buffer.from(serial, 'hex'),
        now: new Date('2014-02-16T12:13:16Z'),
      })
      const certificate = new X509Certificate(pem)
      assert.equal(certificate.subject, 'CN=eucalyptus')
      assert.ok(certificate.verify(certificate.publicKey))
      assert.equal(certificate.validTo, 'Feb 16 12:13:16 2019 GMT')
    })
  }
})
