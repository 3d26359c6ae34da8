// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { keyPairRow } from '../../rows/key-pairs'

export default ec2.command({
  summary: 'Import a public RSA key as a new key pair',
  options: {
    keyPair: positional('KEYPAIR', { help: 'name for the new key pair (required)' }),
    publicKeyFile: option('-f --public-key-file', {
      metavar: 'FILE',
      required: true,
      help: 'name of a file with the public key to import, "-" for standard input (required)',
    }),
  },
  call: async (ec2, { keyPair, publicKeyFile }, context) =>
    ec2.importKeyPair({
      KeyName: keyPair,
      PublicKeyMaterial: await context.read(publicKeyFile, { stdin: true }),
    }),
  rows: result => [keyPairRow(result)],
})
