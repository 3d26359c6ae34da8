// SPDX-License-Identifier: BSD-2-Clause
import { filesize, hexInt } from '../../cli/argument-types'
import { UsageError } from '../../cli/errors'
import { option } from '../../cli/options'
import { local } from '../../cli/suites'

export default local.command({
  summary: 'Recreate an image solely from its combined bundle parts, without a manifest',
  common: ['progress', 'region'],
  options: {
    source: option('-i', { metavar: 'FILE', help: 'file with the combined parts (default: standard input)' }),
    destination: option('-o', {
      metavar: 'FILE',
      help: 'where to place the image (default: standard output)',
    }),
    encKey: option('--enc-key', {
      metavar: 'HEX',
      type: hexInt,
      required: true,
      help: 'encryption key of the bundle (required)',
    }),
    encIv: option('--enc-iv', {
      metavar: 'HEX',
      type: hexInt,
      required: true,
      help: 'initialization vector of the bundle (required)',
    }),
    imageSize: option('--image-size', {
      metavar: 'BYTES',
      type: filesize,
      help: 'verify that the image has this size',
    }),
    sha1Digest: option('--sha1-digest', { metavar: 'HEX', help: "verify the image's digest" }),
  },
  rules: async ({ destination }, context) => {
    const { jsonFault } = await import('../../install/given')
    const fault = jsonFault(context.json, destination)
    if (fault !== undefined) throw new UsageError(fault)
  },
  call: async (context, { source, destination, encKey, encIv, imageSize, sha1Digest }) => {
    const { readNamed } = await import('../../bundle/files')
    const { unbundleStream } = await import('../../bundle/unbundle')
    const { wholeMeter } = await import('../../install/transfers')
    const meter = wholeMeter(context, 'Unbundling')
    return unbundleStream({
      source: source === undefined || source === '-' ? context.io.stdin : readNamed(context.path(source)),
      destination:
        destination === undefined || destination === '-' ? context.io.stdout : context.path(destination),
      secret: { key: encKey, iv: encIv },
      ...(imageSize !== undefined && { imageSize }),
      ...(sha1Digest !== undefined && { sha1Digest }),
      onProgress: bytes => meter(bytes, imageSize),
      signal: context.signal,
    })
  },
})
