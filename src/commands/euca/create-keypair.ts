// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { SecretFile } from '../../cli/secret-file'
import { ec2 } from '../../cli/suites'
import { keyPairRow } from '../../rows/key-pairs'

export default ec2.command({
  summary: 'Create a new SSH key pair for use with instances',
  options: {
    keyPair: positional('KEYPAIR', { help: 'name of the new key pair (required)' }),
    filename: option('-f --filename', { metavar: 'FILE', help: 'file name to save the private key to' }),
  },
  call: async (ec2, { keyPair, filename }, context) => {
    // The file is opened first: a key that cannot be saved is lost.
    const file = filename === undefined ? undefined : await SecretFile.open(filename, context)
    const created = await ec2.createKeyPair({ KeyName: keyPair })
    await file?.save(created.KeyMaterial ?? '')
    return created
  },
  rows: (result, { filename }) =>
    filename === undefined ? [keyPairRow(result), result.KeyMaterial ?? ''] : [keyPairRow(result)],
})
