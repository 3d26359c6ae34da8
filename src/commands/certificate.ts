// SPDX-License-Identifier: BSD-2-Clause
import { UsageError } from '../cli/errors'
import { append, flag, option } from '../cli/options'
import { local } from '../cli/suites'

/** What a file may be called after: a wildcard's star and slashes are none of a file's business. */
const fileName = (commonName: string): string => commonName.replace(/[*/\0]/g, '_')

const sizes = [2048, 3072, 4096]

const check = (isGood: boolean, message: string): void => {
  if (!isGood) throw new UsageError(message)
}

export default local.command({
  summary: 'Make a key and a self-signed certificate for a server',
  description:
    'What openssl genrsa, req and x509 do in three steps before euare-servercertupload. Files that are there already ' +
    'are left alone unless --force is given.',
  options: {
    selfSigned: flag('--self-signed', {
      required: true,
      help: 'let the key sign its own certificate (required)',
    }),
    commonName: option('-s --common-name', {
      metavar: 'CN',
      required: true,
      help: "the server's name, such as www.example.com (required)",
    }),
    alternativeNames: append('--alt-name', {
      metavar: 'NAME',
      help: 'further host name or IP address that the certificate is good for; may be given more than once',
    }),
    days: option('--days', {
      type: 'int',
      default: 365,
      help: 'days that the certificate is good for, from now on (default: %(default)s)',
    }),
    bits: option('--bits', {
      type: 'int',
      default: 2048,
      help: 'size of the key: 2048, 3072 or 4096 (default: %(default)s)',
    }),
    key: option('--key', {
      metavar: 'FILE',
      help: 'file to write the private key to, for its owner alone to read (default: CN.pem)',
    }),
    out: option('--out', { metavar: 'FILE', help: 'file to write the certificate to (default: CN.crt)' }),
    request: option('--csr', {
      metavar: 'FILE',
      help: 'also write a certificate signing request, for an authority to sign the key as well',
    }),
    force: flag('--force', { help: 'replace files that are there already' }),
  },
  rules: ({ commonName, alternativeNames, days, bits }) => {
    // X.520 has names of at most 64 characters.
    check(
      commonName.length >= 1 && commonName.length <= 64,
      'argument -s/--common-name: must have 1 to 64 characters',
    )
    check(
      alternativeNames.every(name => /^[\x21-\x7e]{1,253}$/.test(name)),
      'argument --alt-name: must be a host name or an IP address',
    )
    check(days >= 1 && days <= 36_500, 'argument --days: must be 1 to 36500')
    check(sizes.includes(bits), 'argument --bits: must be 2048, 3072 or 4096')
  },
  call: async (context, args) => {
    const { makeSelfSigned, writeNewFiles } = await import('../install/self-signed')
    const { commonName, alternativeNames, days, bits, request } = args
    const privateKey = args.key ?? `${fileName(commonName)}.pem`
    const certificate = args.out ?? `${fileName(commonName)}.crt`
    const names = [privateKey, certificate, ...(request === undefined ? [] : [request])]
    const paths = names.map(context.path)
    check(
      new Set(paths).size === paths.length,
      'the private key, the certificate and the signing request need files of their own',
    )
    const now = new Date(context.now())
    const withRequest = request !== undefined
    const made = await makeSelfSigned({ commonName, alternativeNames, days, bits, now, withRequest })
    const contents = [made.privateKey, made.certificate, made.request ?? '']
    const files = paths.map((path, index) => ({
      path,
      content: contents[index] ?? '',
      mode: index === 0 ? 0o600 : 0o644,
    }))
    await writeNewFiles(files, args.force)
    return { privateKey, certificate, ...(request !== undefined && { request }) }
  },
  rows: ({ privateKey, certificate, request }) => [
    `Wrote ${privateKey}, the private key`,
    `Wrote ${certificate}, the certificate`,
    ...(request === undefined ? [] : [`Wrote ${request}, the signing request`]),
  ],
})
