// SPDX-License-Identifier: BSD-2-Clause

// Bundles or unbundles once, in a process of its own so that its memory is its own, and prints what that took as JSON.
// Arguments: `bundle IMAGE DIRECTORY CERTIFICATE KEY` or `unbundle DIRECTORY TARGET KEY`.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleImage } from '../../src/bundle/bundle-image'
import { unbundleDirectory } from '../../src/bundle/unbundle'
import { parseManifest } from '../../src/format/bundle/manifest-reader'

async function run([verb, ...paths]: string[]): Promise<void> {
  const started = process.hrtime.bigint()
  if (verb === 'bundle') {
    const [image = '', destination = '', certificate = '', key = ''] = paths
    await bundleImage({
      image,
      destination,
      prefix: 'image',
      arch: 'x86_64',
      user: '123456789012',
      type: 'machine',
      cloudCertificate: await readFile(certificate, 'utf8'),
      userCertificate: await readFile(certificate, 'utf8'),
      privateKey: await readFile(key, 'utf8'),
      encKey: '00112233445566778899aabbccddeeff',
      encIv: 'ffeeddccbbaa99887766554433221100',
      bundler: { name: 'bench', version: '1' },
    })
  } else {
    const [source = '', destination = '', key = ''] = paths
    const manifest = parseManifest(await readFile(join(source, 'image.manifest.xml')))
    await unbundleDirectory({ manifest, source, destination, privateKey: await readFile(key, 'utf8') })
  }
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  console.log(JSON.stringify({ seconds, rssMib: process.resourceUsage().maxRSS / 1024 }))
}

void run(process.argv.slice(2))
