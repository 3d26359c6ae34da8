// SPDX-License-Identifier: BSD-2-Clause

// Other people's programs, and nothing of ours, on a bundle of ours.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ciphertext, inDirectory, makeBundle, mixedImage, people, sha1 } from './bundling'

const run = (program: string, args: string[], input: Buffer): Buffer =>
  execFileSync(program, args, { input, maxBuffer: 32_000_000 })

describe('a bundle in the hands of openssl, gzip and tar', () => {
  it('is verified, decrypted and unpacked', () =>
    inDirectory(async directory => {
      const made = await makeBundle(directory, mixedImage(5_000_001), { partBytes: 1_000_000 })
      const key = join(directory, 'key.pem')
      const publicKey = join(directory, 'public.pem')
      const signature = join(directory, 'signature')
      await writeFile(key, people().user.privateKey)
      await writeFile(publicKey, run('openssl', ['pkey', '-in', key, '-pubout'], Buffer.alloc(0)))

      const text = (element: string): string =>
        new RegExp(`<${element}[ >].*</${element}>`).exec(made.manifestXml)?.[0] ?? ''
      const hex = (element: string): Buffer => Buffer.from(text(element).replace(/<[^>]*>/g, ''), 'hex')
      await writeFile(signature, hex('signature'))
      const signed = Buffer.from(text('machine_configuration') + text('image'))
      const verify = ['dgst', '-sha1', '-verify', publicKey, '-signature', signature]
      assert.match(run('openssl', verify, signed).toString(), /Verified OK/)

      const unwrap = (element: string): string =>
        run('openssl', ['pkeyutl', '-decrypt', '-inkey', key], hex(element)).toString()
      const secret = ['-K', unwrap('user_encrypted_key'), '-iv', unwrap('user_encrypted_iv')]
      const gzipped = run('openssl', ['enc', '-d', '-aes-128-cbc', ...secret], await ciphertext(made))
      const tar = run('gzip', ['-dc'], gzipped)
      assert.equal(sha1(tar), made.manifest.digest)
      assert.match(
        run('tar', ['--utc', '-tvf', '-'], tar).toString(),
        /^-rw-r--r-- 0\/0 +5000001 1970-01-01 00:00 disk\n$/,
      )
      assert.deepEqual(run('tar', ['xOf', '-'], tar), made.image)
    }))
})
