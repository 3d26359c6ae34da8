// SPDX-License-Identifier: BSD-2-Clause
import { createHash, createPrivateKey } from 'node:crypto'
import { positional } from '../../cli/options'
import { local } from '../../cli/suites'

/** As EC2 prints the fingerprint of a key it made: SHA-1 of the private key's PKCS#8 DER form. */
const fingerprint = (pem: Buffer): string => {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
  return createHash('sha1').update(der).digest('hex').match(/../g)?.join(':') ?? ''
}

export default local.command({
  summary: 'Compute the fingerprint of a private key',
  options: { privkeyFilename: positional('FILE', { help: 'file with the private key (required)' }) },
  call: async (context, { privkeyFilename }) => ({
    fingerprint: fingerprint(await context.read(privkeyFilename)),
  }),
  rows: result => [result.fingerprint],
})
